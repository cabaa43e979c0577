"""The first call by pyreqwest."""

import sys

from pyreqwest.client import SyncClientBuilder

client = SyncClientBuilder().build()
body = {
    "identifier": [{"external_id": "user_123"}],
    "email": "ada@example.com",
    "timezone": "Europe/London",
    "data": {"plan": "pro"},
}
assert client.post(sys.argv[1] + "/api/client/users").body_json(body).build().send().json()
