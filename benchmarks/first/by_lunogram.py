"""The first call by ours."""

import sys

from lunogram import Lunogram

client = Lunogram("sk_benchmark", base_url=sys.argv[1])
assert client.user.upsert(
    "user_123", email="ada@example.com", timezone="Europe/London", data={"plan": "pro"}
)
