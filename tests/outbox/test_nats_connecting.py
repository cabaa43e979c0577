"""Connecting to NATS: TLS that is demanded, users, credentials, and what is said when it fails."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
import trustme

from lunogram import Event, Lunogram
from lunogram.errors import ConfigurationError
from lunogram.outbox import Outbox, OutboxError
from lunogram.outbox.nats import NATSStore
from lunogram.outbox.store import Entry, Limits
from lunogram.outbox.stores import open_store
from tests.support.nats_server import NATSServer

SECRET = "s3cret"


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine trusts the authority."""
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


def with_tls(authority: trustme.CA, folder: Path, *, name: str = "127.0.0.1") -> str:
    """The configuration of a server with a certificate for a name."""
    made = authority.issue_cert(name)
    made.private_key_pem.write_to_path(folder / "key.pem")
    with (folder / "certificate.pem").open("wb") as file:
        file.writelines(blob.bytes() for blob in made.cert_chain_pems)
    return f'tls {{ cert_file: "{folder}/certificate.pem", key_file: "{folder}/key.pem" }}\n'


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("more", ["", "allow_non_tls: true\n"])
@pytest.mark.parametrize("scheme", ["tls", "nats"])
def test_tls(scheme: str, more: str, authority: trustme.CA, tmp_path: Path) -> None:
    user = f'authorization {{ user: shop, password: "{SECRET}" }}\n'
    with NATSServer(tmp_path, more=with_tls(authority, tmp_path) + user + more) as server:
        url = f"{scheme}://shop:{SECRET}@{server.address}/calls"
        with closing(open_store(url)) as store:
            store.add([Entry("POST", "/users", "", b"{}", ("u",), 1.5)], Limits())
            assert store.stats().pending == 1
            assert store.url == f"{scheme}://{server.address}/calls"


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("login", "authorization"),
    [
        (f"shop:{SECRET}@", f'user: shop, password: "{SECRET}"'),
        (f"{SECRET}@", f'token: "{SECRET}"'),
    ],
    ids=["password", "token"],
)
def test_a_producer_and_a_relay_over_tls(
    login: str, authorization: str, authority: trustme.CA, tmp_path: Path
) -> None:
    more = with_tls(authority, tmp_path) + f"authorization {{ {authorization} }}\n"
    came: list[bytes] = []

    def take(request: httpx.Request) -> httpx.Response:
        came.append(request.content)
        return httpx.Response(202)

    with NATSServer(tmp_path, more=more) as server:
        url = f"tls://{login}{server.address}/calls"
        with Outbox(url) as producer:
            for number in range(20):
                producer.user.events.post(Event(f"event {number}", "user_1"))
        http = httpx.Client(transport=httpx.MockTransport(take))
        with http, Lunogram("sk_x", http_client=http) as client, Outbox(url) as outbox:
            outbox.relay(client).run(until_empty=True)
            assert outbox.stats().delivered == 20
    events = [event["name"] for body in came for event in json.loads(body)]
    assert events == [f"event {number}" for number in range(20)]


@pytest.mark.parametrize("scheme", ["tls", "nats"])
def test_a_certificate_that_nobody_trusts(
    scheme: str, authority: trustme.CA, tmp_path: Path
) -> None:
    with (
        NATSServer(tmp_path, more=with_tls(authority, tmp_path)) as server,
        pytest.raises(OutboxError, match="its certificate is not trusted: ") as caught,
    ):
        NATSStore(f"{scheme}://shop:{SECRET}@{server.address}/calls")
    assert server.address in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_host(authority: trustme.CA, tmp_path: Path) -> None:
    tls = with_tls(authority, tmp_path, name="nats.example.com")
    with (
        NATSServer(tmp_path, more=tls) as server,
        pytest.raises(OutboxError, match="not trusted: IP address mismatch"),
    ):
        NATSStore(f"tls://{server.address}/calls")


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """Somebody in the middle, who offers no TLS: the port, and what is said there."""
    heard: list[bytes] = []
    info = {"server_id": "x", "version": "2.11.0", "proto": 1, "headers": True, "max_payload": 9}

    def listen() -> None:
        """Greet one client, and hear it out."""
        client, _ = listening.accept()
        with client:
            client.sendall(f"INFO {json.dumps(info)}\r\n".encode())
            client.settimeout(5)
            while data := client.recv(10_000):
                heard.append(data)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=listen)
        thread.start()
        yield listening.getsockname()[1], heard
        thread.join()


def test_no_password_goes_to_a_server_without_tls(listener: tuple[int, list[bytes]]) -> None:
    port, heard = listener
    with pytest.raises(OutboxError, match=f"127.0.0.1:{port} failed: it offers no TLS") as caught:
        NATSStore(f"tls://shop:{SECRET}@127.0.0.1:{port}/calls")
    assert heard == []
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("login", [f"shop:{SECRET}", SECRET, f"nobody:{SECRET}"])
def test_wrong_users(login: str, tmp_path: Path) -> None:
    more = 'authorization { user: shop, password: "another" }\n'
    with (
        NATSServer(tmp_path, more=more) as server,
        pytest.raises(OutboxError, match="user and password, or the credentials, are wrong") as it,
    ):
        NATSStore(f"nats://{login}@{server.address}/calls")
    assert server.address in str(it.value)
    assert SECRET not in str(it.value)


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("127.0.0.1:1", "no server can be reached at 127.0.0.1:1: the connection was refused"),
        ("nobody.invalid", "nobody.invalid:4222: there is no host of that name"),
    ],
)
def test_servers_that_are_not_there(host: str, said: str) -> None:
    with pytest.raises(OutboxError, match=said) as caught:
        NATSStore(f"nats://shop:{SECRET}@{host}/calls", patience=2)
    assert SECRET not in str(caught.value)


def test_files_of_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"nats://127.0.0.1:1/calls?credentials={tmp_path}/shop.creds"
    with pytest.raises(OutboxError, match="credentials file can't be read: No such file"):
        NATSStore(url)
    (tmp_path / "shop.creds").write_text(SECRET)
    with pytest.raises(OutboxError, match="the credentials file holds no credentials") as caught:
        NATSStore(url)
    assert SECRET not in str(caught.value)
    (tmp_path / "shop.creds").write_text(
        f"-----BEGIN NATS USER JWT-----\n{SECRET}\n-----BEGIN USER NKEY SEED-----\n{SECRET}\n"
    )
    monkeypatch.setattr("lunogram.outbox.nats.connecting.find_spec", lambda _: None)
    with pytest.raises(ConfigurationError, match="pip install nkeys"):
        NATSStore(url)


@pytest.mark.parametrize("scheme", ["postgresql", "nats", "tls"])
@pytest.mark.parametrize(
    "rest",
    [
        f"shop:{SECRET}@{SECRET}@127.0.0.1/calls",
        f"shop:{SECRET}/{SECRET}@127.0.0.1/calls",
        f"shop:5432/{SECRET}@127.0.0.1/calls",
        f"shop:{SECRET}?{SECRET}@{SECRET}@127.0.0.1/calls",
        f"shop:{SECRET}/{SECRET}",
        f"shop:{SECRET}@[{SECRET}/calls",
        f"{SECRET}@{SECRET}@127.0.0.1/calls",
        f"shop:{SECRET}@host name/calls",
    ],
)
def test_passwords_that_are_not_escaped(
    scheme: str, rest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_, **__: asked.append(host))
    with pytest.raises(ConfigurationError, match="%XX") as caught:
        open_store(f"{scheme}://{rest}", patience=0.3)
    assert SECRET not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert asked == []


def test_an_escaped_password(tmp_path: Path) -> None:
    more = 'authorization { user: shop, password: "a@b/c#d?e" }\n'
    with NATSServer(tmp_path, more=more) as server:
        NATSStore(f"nats://shop:a%40b%2Fc%23d%3Fe@{server.address}/calls").close()
