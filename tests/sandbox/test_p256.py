"""The curve P-256, held against an implementation that is used elsewhere."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from lunogram.sandbox import p256


@pytest.mark.parametrize("seed", [b"", b"a", b"\xff" * 64])
def test_keys_and_signatures_are_valid(seed: bytes) -> None:
    private = p256.private_key(seed)
    expected = ec.derive_private_key(private, ec.SECP256R1()).public_key().public_numbers()
    point = p256.public_key(private)
    assert point == b"\x04" + expected.x.to_bytes(32) + expected.y.to_bytes(32)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    for content in (b"", b"content", seed):
        signature = p256.sign(private, content)
        first, second = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        key.verify(encode_dss_signature(first, second), content, ec.ECDSA(SHA256()))
        assert p256.sign(private, content) == signature
