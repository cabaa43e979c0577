"""NIST's curve P-256, for the keys of web push and the signatures of session tokens (ES256).

It is slow and leaks timing, which is fine for a sandbox and nothing else.
"""

from __future__ import annotations

from hashlib import sha256
from hmac import digest as hmac

Point = tuple[int, int] | None
"""A point on the curve; None is the point at infinity."""

_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_BASE: Point = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def private_key(seed: bytes) -> int:
    """Return the private key that is derived from a seed."""
    return int.from_bytes(sha256(seed).digest()) % (_ORDER - 1) + 1


def public_key(private: int) -> bytes:
    """Return the public key, as an uncompressed point."""
    x, y = _multiplied(private)
    return b"\x04" + x.to_bytes(32) + y.to_bytes(32)


def sign(private: int, content: bytes) -> bytes:
    """Return the signature of a content: always the same one for the same key."""
    nonce = private_key(hmac(private.to_bytes(32), content, sha256))
    x, _ = _multiplied(nonce)
    first = x % _ORDER
    hashed = int.from_bytes(sha256(content).digest())
    second = pow(nonce, -1, _ORDER) * (hashed + first * private) % _ORDER
    return first.to_bytes(32) + second.to_bytes(32)


def _multiplied(factor: int) -> tuple[int, int]:
    """Return a multiple of the base point, by doubling and adding."""
    result, doubled = None, _BASE
    while factor:
        if factor & 1:
            result = _add(result, doubled)
        doubled = _add(doubled, doubled)
        factor >>= 1
    assert result is not None
    return result


def _add(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and y1 != y2:
        return None
    if one == other:
        slope = 3 * (x1 * x1 - 1) * pow(2 * y1, -1, _P)
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, _P)
    x = (slope * slope - x1 - x2) % _P
    return x, (slope * (x1 - x) - y1) % _P
