"""The instance metadata service, version 2 only: one per sandbox, which listens in the sandbox's own network.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
"""

import base64
import gzip
import json
import secrets
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from moto.core.utils import utcnow
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from groups import target_state
from namespaces import inside, listener
from sandbox import METADATA_ADDRESS

LONGEST_TOKEN_SECONDS = 21600
# The versions that the service lists; a selection of the many that exist
VERSIONS = "1.0\n2009-04-04\n2016-09-02\n2021-07-15\n2024-04-11\nlatest"
ROLE_SESSION_SECONDS = 21600


def user_data_of(instance: Any) -> bytes:
    if not instance.user_data:
        return b""
    data = base64.b64decode(instance.user_data.as_bytes())
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def role_of(instance: Any) -> Any | None:
    """The role in the instance's profile, if there is one."""
    association = instance.ec2_backend.iam_instance_profile_associations.get(instance.id)
    if not association:
        return None
    backend = iam_backends[instance.owner_id][get_partition(instance.region_name)]
    roles = backend.get_instance_profile(association.iam_instance_profile.name).roles
    return roles[0] if roles else None


def credentials_for(instance: Any, role: Any) -> dict[str, str]:
    backend = sts_backends[instance.owner_id][get_partition(instance.region_name)]
    session = backend.assume_role(
        region_name=instance.region_name,
        role_session_name=instance.id,
        role_arn=role.arn,
        policy="",
        duration=ROLE_SESSION_SECONDS,
        external_id="",
    )
    return {
        "Code": "Success",
        "LastUpdated": utcnow().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Type": "AWS-HMAC",
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key,
        "Token": session.session_token,
        "Expiration": session.expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def identity_document(instance: Any) -> dict[str, Any]:
    return {
        "accountId": instance.owner_id,
        "architecture": instance.architecture,
        "imageId": instance.image_id,
        "availabilityZone": instance.placement.zone,
        "instanceId": instance.id,
        "instanceType": instance.instance_type,
        "privateIp": instance.private_ip_address,
        "region": instance.region_name,
        "version": "2017-09-30",
        "pendingTime": instance.launch_time.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


class Metadata:
    """The metadata of one instance."""

    def __init__(self, instance: Any) -> None:
        self.instance = instance
        self.tokens: dict[str, float] = {}

    def issue_token(self, seconds: int) -> str:
        token = secrets.token_urlsafe(40)
        self.tokens[token] = time.monotonic() + seconds
        return token

    def accepts(self, token: str | None) -> bool:
        return token is not None and self.tokens.get(token, 0) > time.monotonic()

    def read(self, path: str) -> str | bytes | None:
        """
        The value at a path below /latest/; None if there is none. A trailing slash makes no difference: ohai requests user data
        and the identity document with one (lib/ohai/mixin/ec2_metadata.rb).
        """
        if path.startswith(("meta-data/iam/", "meta-data/tags/")):
            return self._role(path.rstrip("/")) if "/iam/" in path else self._tag(path)
        found = self._plain().get(path.rstrip("/"))
        return found() if found else self._listing(path)

    def _plain(self) -> dict[str, Callable[[], str | bytes | None]]:
        i = self.instance
        return {
            "meta-data/ami-id": lambda: i.image_id,
            "meta-data/autoscaling/target-lifecycle-state": lambda: target_state(i),
            "meta-data/instance-id": lambda: i.id,
            "meta-data/instance-type": lambda: i.instance_type,
            "meta-data/instance-life-cycle": lambda: "on-demand",
            "meta-data/local-ipv4": lambda: i.private_ip_address,
            "meta-data/public-ipv4": lambda: i.public_ip_address,
            "meta-data/local-hostname": lambda: i.private_dns_name,
            "meta-data/hostname": lambda: i.private_dns_name,
            "meta-data/placement/region": lambda: i.region_name,
            "meta-data/placement/availability-zone": lambda: i.placement.zone,
            "meta-data/services/domain": lambda: "amazonaws.com",
            "meta-data/services/partition": lambda: get_partition(i.region_name),
            "dynamic/instance-identity/document": lambda: json.dumps(identity_document(i), indent=2),
            "user-data": lambda: user_data_of(i) or None,
        }

    def _listing(self, path: str) -> str | None:
        below = path.rstrip("/") + "/"
        names = [key[len(below) :] for key in self._plain() if key.startswith(below)]
        if not names:
            return None
        if below == "meta-data/" and role_of(self.instance):
            names.append("iam/")
        return "\n".join(dict.fromkeys(name.split("/")[0] + "/" * ("/" in name) for name in names))

    def _role(self, path: str) -> str | None:
        role = role_of(self.instance)
        if role is None:
            return None
        prefix = "meta-data/iam/security-credentials"
        if path == "meta-data/iam":
            return "info\nsecurity-credentials/"
        if path == prefix:
            return role.name
        if path == f"{prefix}/{role.name}":
            return json.dumps(credentials_for(self.instance, role), indent=2)
        if path == "meta-data/iam/info":
            association = self.instance.ec2_backend.iam_instance_profile_associations[self.instance.id]
            profile = association.iam_instance_profile
            return json.dumps({"Code": "Success", "InstanceProfileArn": profile.arn, "InstanceProfileId": profile.id})
        return None

    def _tag(self, path: str) -> str | None:
        if self.instance.metadata_options.instance_metadata_tags != "enabled":
            return None
        tags = {tag["key"]: tag["value"] for tag in self.instance.get_tags()}
        name = path.removeprefix("meta-data/tags/instance").strip("/")
        return tags.get(name) if name else "\n".join(tags)


def serve_metadata(instance: Any, namespace: str) -> Callable[[], None]:
    """Listens in the namespace. Returns a function that stops it."""
    server = ThreadingHTTPServer((METADATA_ADDRESS, 80), _handler(Metadata(instance)), bind_and_activate=False)
    server.socket.close()
    server.socket = inside(namespace, lambda: listener(METADATA_ADDRESS, 80))
    server.socket.setblocking(True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()

    def close() -> None:
        server.shutdown()
        server.server_close()

    return lambda: threading.Thread(target=close, daemon=True).start()


def _handler(metadata: Metadata) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        server_version = "EC2ws"
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            seconds = self.headers.get("X-aws-ec2-metadata-token-ttl-seconds", "")
            if (
                self.path != "/latest/api/token"
                or not seconds.isdigit()
                or not 1 <= int(seconds) <= LONGEST_TOKEN_SECONDS
            ):
                return self.answer(400, "Bad Request")
            self.answer(200, metadata.issue_token(int(seconds)), seconds)

        def do_GET(self) -> None:
            if not metadata.accepts(self.headers.get("X-aws-ec2-metadata-token")):
                return self.answer(401, "Unauthorized")
            version, _, path = self.path.lstrip("/").partition("/")  # whatever the version: /latest/, /2021-01-03/ ...
            body = metadata.read(path) if version else VERSIONS
            self.answer(404, "Not Found") if body is None else self.answer(200, body)

        def answer(self, status: int, body: str | bytes, token_seconds: str | None = None) -> None:
            data = body.encode() if isinstance(body, str) else body
            self.send_response(status)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(data)))
            if token_seconds:
                self.send_header("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", token_seconds)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Suppresses the log: requests contain no secrets, but they are of no use to the reader of the emulator's log."""

    return Handler
