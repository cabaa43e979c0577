"""The first call by httpx."""

import sys

import httpx

client = httpx.Client(base_url=sys.argv[1])
body = {
    "identifier": [{"external_id": "user_123"}],
    "email": "ada@example.com",
    "timezone": "Europe/London",
    "data": {"plan": "pro"},
}
assert client.post("/api/client/users", json=body).json()
