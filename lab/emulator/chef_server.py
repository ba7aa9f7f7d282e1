"""The chef-client stand-in's connection to the Chef server: one signing identity, JSON in both directions."""

import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa

from chef_signing import signed_headers

VERSION = "18.8.72"


class Refused(Exception):
    """An error of the server or the configuration that ends the run: message, exit code, and text for the trace only."""

    def __init__(self, message: str, code: int = 1, trace: str = "") -> None:
        super().__init__(message)
        self.code, self.trace = code, trace


@dataclass
class Server:
    """The Chef server for one signing identity."""

    url: str
    user: str
    key: rsa.RSAPrivateKey
    api_version: str
    trust: ssl.SSLContext | None
    run_id: str

    def call(self, method: str, path: str, content: Any = None) -> tuple[int, Any]:
        body = b"" if content is None else json.dumps(content).encode()
        headers = signed_headers(method, urlsplit(self.url).path + path, body, self.user, self.key, self.api_version)
        headers |= {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "X-Chef-Version": VERSION,
            "X-Remote-Request-Id": self.run_id,
            "User-Agent": f"Chef Client/{VERSION} (stand-in; +https://chef.io)",
        }
        request = urllib.request.Request(self.url + path, data=body or None, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60, context=self.trust) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, _message(error.read())
        except urllib.error.URLError as error:
            kind = "SSL Error" if isinstance(error.reason, ssl.SSLError) else "Network Error"
            raise Refused(f"{kind}: 'chef_server_url' is '{self.url}': {error.reason}") from error

    def must(self, method: str, path: str, content: Any = None) -> Any:
        status, answer = self.call(method, path, content)
        if status >= 300:
            raise Refused(f"{method} {path} as '{self.user}' was answered {status}: {answer}")
        return answer


def _message(body: bytes) -> str:
    try:
        error = json.loads(body)["error"]
        return "; ".join(error) if isinstance(error, list) else str(error)
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace").strip()
