"""The client's own key, and its registration by the validator.

https://github.com/chef/chef/blob/v18.8.72/lib/chef/api_client/registration.rb: POST /clients, after a 409 PUT, then the key file.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from chef_server import Refused, Server


def load_key(path: str, setting: str) -> rsa.RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(Path(path).read_bytes(), password=None)
    except FileNotFoundError as error:
        raise Refused(f"Private Key Not Found: '{setting}' is '{path}', which does not exist") from error
    except ValueError as error:
        raise Refused(f"Chef::Exceptions::InvalidPrivateKey: '{setting}' is '{path}', no private key in PEM") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise Refused(f"Chef::Exceptions::InvalidPrivateKey: '{setting}' is '{path}', whose key is not of RSA")
    return key


def register(validator: Server, name: str, key_file: str) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    client = {"name": name, "admin": False, "public_key": public.decode()}
    status, answer = validator.call("POST", "/clients", client)
    if status == 409:
        status, answer = validator.call("PUT", f"/clients/{name}", client)
        if status >= 300:
            raise _refusal(status, answer, name, ' Caused by Net::HTTPClientException: 409 "Conflict"')
    elif status >= 300:
        raise _refusal(status, answer, name)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    descriptor = os.open(key_file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private)


def _refusal(status: int, answer: object, name: str, cause: str = "") -> Refused:
    """Wording: lib/chef/formatters/error_inspectors/registration_error_inspector.rb. The cause is only in the trace."""
    kind = {401: "Authentication Error", 403: "Authorization Error"}.get(status, "Unexpected API Request Failure")
    said = f"{kind}: the client '{name}' could not be registered (HTTP {status}): {answer}"
    return Refused(f'{said}\n* There may already be a client named "{name}"' if status == 403 else said, trace=cause)
