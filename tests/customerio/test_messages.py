"""Requests: files attached, and nothing personal in a repr."""

from __future__ import annotations

import io
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lunogram import ValidationError
from lunogram.customerio import Device, SendEmailRequest, SendPushRequest

LARGE = bytes(range(256)) * 5000 + b"end"


def attached(content: Any, **options: Any) -> str:
    """What a request holds of a file."""
    request = SendEmailRequest()
    request.attach("f", content, **options)
    assert request.attachments is not None
    return request.attachments["f"]


@given(st.binary())
def test_bytes_are_encoded_whole(content: bytes) -> None:
    assert b64decode(attached(content), validate=True) == content


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "receipt.pdf"
    path.write_bytes(LARGE)
    assert b64decode(attached(path)) == LARGE
    for buffering in (-1, 0):
        with path.open("rb", buffering=buffering) as file:
            assert b64decode(attached(file)) == LARGE


def test_a_file_that_somebody_has_looked_into_is_read_from_its_beginning() -> None:
    file = io.BytesIO(LARGE)
    file.read(100)
    assert b64decode(attached(file)) == LARGE


def test_a_stream_need_not_be_seekable() -> None:
    class Stream:
        def read(self) -> bytes:
            return LARGE

    assert b64decode(attached(Stream())) == LARGE


def test_text_goes_out_in_utf_8() -> None:
    assert b64decode(attached("naïve")) == "naïve".encode()


@pytest.mark.parametrize("content", [b"SGVsbG8=", "SGVsbG8=", io.BytesIO(b"SGVsbG8=")])
def test_what_is_encoded_already_can_stay_so(content: Any) -> None:
    assert attached(content, encode=False) == "SGVsbG8="


def test_several_files_and_none_twice() -> None:
    request = SendEmailRequest(attachments={"a": "QQ=="})
    request.attach("b", b"B")
    with pytest.raises(ValidationError, match=r"^name: is attached already"):
        request.attach("a", b"other")
    with pytest.raises(ValidationError, match=r"^name: is attached already"):
        request.attach("b", b"other")
    assert request.attachments == {"a": "QQ==", "b": "Qg=="}


def test_a_mapping_given_is_not_changed() -> None:
    given_before = {"a": "QQ=="}
    SendEmailRequest(attachments=given_before).attach("b", b"B")
    assert given_before == {"a": "QQ=="}


@pytest.mark.parametrize(
    ("name", "content", "options", "field"),
    [
        ("", b"", {}, "name"),
        (None, b"", {}, "name"),
        ("f", None, {}, "content"),
        ("f", io.StringIO("text"), {}, "content"),
        ("f", "naïve", {"encode": False}, "content"),
    ],
)
def test_what_can_not_be_attached_is_refused(
    name: Any, content: Any, options: dict[str, Any], field: str
) -> None:
    request = SendEmailRequest()
    with pytest.raises(ValidationError) as caught:
        request.attach(name, content, **options)
    assert caught.value.field == field
    assert request.attachments is None


def test_nothing_personal_shows() -> None:
    device = Device("secret", "ios", attributes={"a": "secret"})
    hidden: dict[str, Any] = dict.fromkeys(("to", "title", "message", "link"), "secret")
    push = SendPushRequest(identifiers={"email": "secret"}, custom_device=device, **hidden)
    email = SendEmailRequest(to="secret", from_="secret", body="secret", subject="secret")
    email.attach("secret", b"secret")
    assert "secret" not in f"{device} {push} {email}"
    assert "platform='ios'" in repr(device)
