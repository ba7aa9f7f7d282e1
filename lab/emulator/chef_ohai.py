"""The data that ohai finds on an EC2 instance and the client saves in the node's automatic attributes.

https://github.com/chef/ohai/blob/v18.2.8/lib/ohai/mixin/ec2_metadata.rb: it lists the versions at `/`, walks the newest one that
ohai knows, and requests user data and the identity document with a slash at the end.
https://github.com/chef/ohai/blob/v18.2.8/lib/ohai/plugins/ec2.rb: it saves no credentials, and nothing without a sign of EC2.
"""

import json
import os
import platform
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from chef_server import VERSION, Refused

METADATA = "http://169.254.169.254"
NEWEST_KNOWN = "2021-07-15"
SIGN = Path("/sys/class/dmi/id/bios_vendor")


class Metadata:
    """A client of the metadata service that, like ohai, never uses a proxy."""

    def __init__(self) -> None:
        self.direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        headers = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
        token = self._ask(urllib.request.Request(f"{METADATA}/latest/api/token", method="PUT", headers=headers))
        self.headers = {"X-aws-ec2-metadata-token": token or ""}
        listed = sorted(version for version in (self.get("/") or "").split("\n") if version <= NEWEST_KNOWN)
        if not listed:
            raise Refused("Mixin EC2: Unable to determine EC2 metadata version (no supported entries found)")
        self.version = listed[-1]

    def get(self, path: str) -> str | None:
        return self._ask(urllib.request.Request(METADATA + path, headers=self.headers))

    def _ask(self, request: urllib.request.Request) -> str | None:
        try:
            return self.direct.open(request, timeout=10).read().decode()
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise Refused(f"Mixin EC2: {request.full_url} returned {error.code} response") from error

    def walk(self, folder: str = "") -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in (self.get(f"/{self.version}/meta-data/{folder}") or "").split("\n"):
            key = folder + name
            if name.endswith("/"):
                found |= self._role() if key == "iam/" else self.walk(key)
            elif name:
                found[key.replace("/", "_").replace("-", "_")] = self.get(f"/{self.version}/meta-data/{key}")
        return found

    def _role(self) -> dict[str, Any]:
        info = self.get(f"/{self.version}/meta-data/iam/info")
        name = self.get(f"/{self.version}/meta-data/iam/security-credentials/")
        return {"iam": {"info": json.loads(info or "{}"), "role_name": name}}


def _ec2() -> dict[str, Any]:
    service = Metadata()
    document = json.loads(service.get(f"/{service.version}/dynamic/instance-identity/document/") or "{}")
    return service.walk() | {
        "userdata": service.get(f"/{service.version}/user-data/"),
        "account_id": document.get("accountId"),
        "availability_zone": document.get("availabilityZone"),
        "region": document.get("region"),
    }


def automatic(name: str, environment: str, guid: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": name,
        "fqdn": socket.gethostname(),
        "hostname": socket.gethostname(),
        "os": "linux",
        "platform": "debian",
        "platform_version": "12",
        "ohai_time": time.time(),
        "chef_environment": environment,
        "chef_guid": guid,
        "cpu": {"total": os.cpu_count()},
        "kernel": {"release": platform.release(), "machine": platform.machine()},
        "chef_packages": {"chef": {"version": VERSION}},
    }
    if SIGN.exists() and "Amazon" in SIGN.read_text():
        found["ec2"] = _ec2()
        found["cloud"] = {"provider": "ec2", "local_ipv4": found["ec2"].get("local_ipv4")}
    return found
