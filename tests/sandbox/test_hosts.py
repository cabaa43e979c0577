"""Host names: the sandbox's own are accepted, those of sites are not."""

from __future__ import annotations

from base64 import b64encode

import httpx
import pytest

from tests.support.sandbox_process import SandboxProcess

REBOUND = {"Host": "evil.example"}
PATHS = [
    ("GET", "/"),
    ("GET", "/nowhere"),
    ("GET", "/sandbox/health"),
    ("GET", "/sandbox/users"),
    ("GET", "/sandbox/calls"),
    ("POST", "/sandbox/reset"),
    ("POST", "/sandbox/clock"),
    ("DELETE", "/sandbox/faults"),
    ("GET", "/sandbox/customerio/people"),
    ("GET", "/sandbox/page/projects"),
    ("POST", "/sandbox/page/reset"),
    ("POST", "/api/client/users"),
    ("GET", "/api/client/users/inbox?source=default&external_id=u1&channel=inbox"),
    ("GET", "/api/client/projects/0/push/vapid"),
    ("PUT", "/customerio/track/api/v1/customers/5"),
    ("POST", "/customerio/app/v1/send/email"),
    ("POST", "/customerio/collections/v1/api/collections"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_every_path_asks_for_the_name(
    customerio_sandbox: SandboxProcess, http: httpx.Client, method: str, path: str
) -> None:
    url = f"{customerio_sandbox.url}{path}"
    for host in ("evil.example", "localhost.evil.example:8025", "192.168.1.9", ""):
        for key in ("sk_sandbox", "pk_sandbox"):
            headers = {"Authorization": f"Bearer {key}", "Host": host}
            response = http.request(method, url, headers=headers)
            assert response.status_code == 403
            assert "--allow-host" in response.json()["detail"]


@pytest.mark.slow
def test_a_name_that_is_allowed() -> None:
    with SandboxProcess("--allow-host", "Lunogram", "--allow-host", "10.0.0.7") as sandbox:
        for host in ("lunogram", "LUNOGRAM:8025", "10.0.0.7:80", "localhost"):
            for path in ("/", "/sandbox/health"):
                url = f"{sandbox.url}{path}"
                assert httpx.get(url, headers={"Host": host}).status_code == 200
        assert httpx.get(sandbox.url, headers=REBOUND).status_code == 403


@pytest.mark.parametrize("name", ["", "http://lunogram", "lunogram:8025", "a b", "\x1b[2J"])
def test_an_invalid_host_name(name: str) -> None:
    with pytest.raises(RuntimeError, match=r"allow-host.*must be a host name"):
        SandboxProcess("--allow-host", name)


FORM = {"Content-Type": "text/plain"}
SITE = b64encode(b"site_sandbox:track_sandbox").decode()


@pytest.mark.parametrize("origin", ["https://evil.example", "http://203.0.113.5", "null", ""])
def test_forms_of_other_sites_are_rejected(customerio_sandbox: SandboxProcess, origin: str) -> None:
    """A form can have credentials in its URL: http://SITE:KEY@127.0.0.1/customerio/track/…."""
    url = f"{customerio_sandbox.url}/customerio/track/api/v1/customers/5/events"
    headers = {**FORM, "Authorization": f"Basic {SITE}", "Origin": origin}
    response = httpx.post(url, headers=headers, content=b'{"name": "purchase"}')
    assert response.status_code == 403


def test_pages_of_this_machine_may_send(customerio_sandbox: SandboxProcess) -> None:
    url = f"{customerio_sandbox.url}/sandbox/health"
    for origin, status in (("http://localhost:3000", 200), ("https://evil.example", 403)):
        assert httpx.get(url, headers={"Origin": origin}).status_code == status
