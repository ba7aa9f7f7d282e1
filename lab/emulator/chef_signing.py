"""Request signatures of the Chef server API, version 1.1, which is chef-client's default.

Written independently from the protocol's description, so that the project's TypeScript signer can be compared with another
implementation. https://docs.chef.io/server/api_chef_server/#authentication-headers
"""

import base64
import hashlib
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

CHUNK = 60


def _digest(data: bytes) -> str:
    return base64.b64encode(hashlib.sha1(data).digest()).decode()


def _canonical(path: str) -> str:
    parts = [part for part in path.split("?")[0].split("/") if part]
    return "/" + "/".join(parts)


def _private_encrypt(key: RSAPrivateKey, message: bytes) -> bytes:
    """The plain RSA operation with PKCS #1 v1.5 padding of block type 1. Unlike a regular signature, it contains no digest name."""
    numbers = key.private_numbers()
    modulus = numbers.public_numbers.n
    size = (modulus.bit_length() + 7) // 8
    if len(message) > size - 11:
        raise ValueError(
            f"the RSA key has {size * 8} bits, expected at least {(len(message) + 11) * 8}: use a larger key"
        )
    padded = b"\x00\x01" + b"\xff" * (size - 3 - len(message)) + b"\x00" + message
    return pow(int.from_bytes(padded, "big"), numbers.d, modulus).to_bytes(size, "big")


def signed_headers(
    method: str, path: str, body: bytes, user: str, key: RSAPrivateKey, api_version: str
) -> dict[str, str]:
    timestamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    content_hash = _digest(body)
    message = "\n".join(
        (
            f"Method:{method}",
            f"Hashed Path:{_digest(_canonical(path).encode())}",
            f"X-Ops-Content-Hash:{content_hash}",
            f"X-Ops-Timestamp:{timestamp}",
            f"X-Ops-UserId:{_digest(user.encode())}",
        )
    )
    signature = base64.b64encode(_private_encrypt(key, message.encode())).decode()
    headers = {
        "X-Ops-Sign": "algorithm=sha1;version=1.1;",
        "X-Ops-Userid": user,
        "X-Ops-Timestamp": timestamp,
        "X-Ops-Content-Hash": content_hash,
        "X-Ops-Server-API-Version": api_version,
    }
    for number, start in enumerate(range(0, len(signature), CHUNK), 1):
        headers[f"X-Ops-Authorization-{number}"] = signature[start : start + CHUNK]
    return headers
