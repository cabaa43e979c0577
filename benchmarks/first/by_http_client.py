"""The first call by the standard library alone, and nothing of it that is not needed."""

import sys
from http.client import HTTPConnection

_BODY = (
    b'{"identifier": [{"external_id": "user_123"}], "email": "ada@example.com",'
    b' "timezone": "Europe/London", "data": {"plan": "pro"}}'
)

connection = HTTPConnection(sys.argv[1].removeprefix("http://"))
connection.request("POST", "/api/client/users", _BODY, {"Content-Type": "application/json"})
assert connection.getresponse().read()
