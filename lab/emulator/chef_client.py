"""The lab's stand-in for chef-client, which no package registry carries: the genuine calls of a first run.

Order and versions as in the source of chef-client 19: an existing client.pem skips the registration; otherwise a new
RSA key, POST /clients as the validator, on 409 PUT; the key file after that; GET /nodes/NAME, on 404 POST /nodes;
the converge's calls; PUT /nodes/NAME with what ohai found.
"""

import argparse
import json
import os
import platform
import re
import socket
import ssl
import sys
import time
import urllib.request
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from chef_server import VERSION, Refused, Server

METADATA = "http://169.254.169.254/latest"
SETTING = re.compile(r"""^\s*(\w+)\s+(?:"([^"]*)"|'([^']*)'|:(\w+)|(\S+))\s*(?:#.*)?$""")


@dataclass
class Settings:
    values: dict[str, str]

    @classmethod
    def read(cls, path: str) -> "Settings":
        if not os.path.exists(path):
            raise Refused(f"the configuration '{path}' does not exist: expected client.rb there, or give it with -c")
        matches = [SETTING.match(line) for line in Path(path).read_text().splitlines()]
        return cls({m[1]: next(v for v in m.groups()[1:] if v is not None) for m in matches if m})

    def get(self, name: str, default: str) -> str:
        return self.values.get(name, default)

    def need(self, name: str) -> str:
        if not self.values.get(name):
            raise Refused(f"'{name}' is not set: expected it in client.rb")
        return self.values[name]


def metadata(path: str) -> str | None:
    """A value of the instance's metadata, version 2; None outside of an instance."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    ask = urllib.request.Request(
        f"{METADATA}/api/token", method="PUT", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"}
    )
    try:
        token = direct.open(ask, timeout=2).read().decode()
        read = urllib.request.Request(f"{METADATA}/{path}", headers={"X-aws-ec2-metadata-token": token})
        return direct.open(read, timeout=2).read().decode()
    except OSError:
        return None


def ohai(name: str, environment: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": name,
        "fqdn": socket.gethostname(),
        "hostname": socket.gethostname(),
        "os": "linux",
        "platform": "debian",
        "platform_version": "12",
        "ohai_time": time.time(),
        "chef_environment": environment,
        "cpu": {"total": os.cpu_count()},
        "kernel": {"release": platform.release(), "machine": platform.machine()},
        "chef_packages": {"chef": {"version": VERSION}},
    }
    if instance_id := metadata("meta-data/instance-id"):
        zone = metadata("meta-data/placement/availability-zone")
        found["cloud"] = {"provider": "ec2", "local_ipv4": metadata("meta-data/local-ipv4")}
        found["ec2"] = {
            "instance_id": instance_id,
            "placement_availability_zone": zone,
            "instance_type": metadata("meta-data/instance-type"),
            "ami_id": metadata("meta-data/ami-id"),
        }
    return found


def load_key(path: str, setting: str) -> rsa.RSAPrivateKey:
    try:
        return serialization.load_pem_private_key(Path(path).read_bytes(), password=None)
    except FileNotFoundError as error:
        raise Refused(f"'{setting}' is '{path}', which does not exist: expected the private key there") from error
    except ValueError as error:
        raise Refused(f"'{setting}' is '{path}', which holds no private key in PEM form") from error


def trust(settings: Settings) -> ssl.SSLContext | None:
    if not settings.need("chef_server_url").startswith("https:"):
        return None
    context = ssl.create_default_context()
    if authority := settings.get("ssl_ca_file", ""):
        context.load_verify_locations(authority)
    folder = Path(settings.get("trusted_certs_dir", "/etc/chef/trusted_certs"))
    for certificate in sorted([*folder.glob("*.crt"), *folder.glob("*.pem")]):
        context.load_verify_locations(certificate)
    return context


def register(settings: Settings, validator: Server, name: str, key_file: str) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    client = {"name": name, "admin": False, "public_key": public.decode()}
    status, answer = validator.call("POST", "/clients", client)
    if status == 409:
        validator.must("PUT", f"/clients/{name}", client)
    elif status >= 300:
        raise Refused(f"the client '{name}' could not be registered by '{validator.user}' ({status}): {answer}")
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    descriptor = os.open(key_file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private)


def first_boot(path: str | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return json.loads(Path(path).read_text())
    except (OSError, ValueError) as error:
        raise Refused(f"'-j' is '{path}', expected a JSON file of attributes: {error}") from error


def converge(server: Server, settings: Settings, name: str, options: argparse.Namespace) -> None:
    attributes = first_boot(options.json)
    environment = options.environment or settings.get("environment", attributes.get("chef_environment", "_default"))
    node = {
        "name": name,
        "chef_environment": environment,
        "json_class": "Chef::Node",
        "chef_type": "node",
        "automatic": {},
        "normal": {},
        "default": {},
        "override": {},
        "run_list": [],
    }
    status, found = server.call("GET", f"/nodes/{name}")
    if status == 404:
        server.must("POST", "/nodes", node)
    elif status >= 300:
        raise Refused(f"the node '{name}' could not be read ({status}): {found}")
    else:
        node = found
    run_list = attributes.pop("run_list", node["run_list"])
    policy = {key: attributes.pop(key, settings.get(key, "")) for key in ("policy_name", "policy_group")}
    attributes.pop("chef_environment", None)
    node["normal"] = {"tags": [], **node.get("normal", {}), **attributes}
    if not policy["policy_name"]:
        _cookbooks(server, environment)
    final = {**node, "chef_environment": environment, "run_list": run_list, "automatic": ohai(name, environment)}
    server.must("PUT", f"/nodes/{name}", final | {key: value for key, value in policy.items() if value})


def _cookbooks(server: Server, environment: str) -> None:
    """Ask which cookbooks the run needs. The lab's server has none, so the stand-in asks for none."""
    server.must("POST", f"/environments/{environment}/cookbook_versions", {"run_list": []})


def run(options: argparse.Namespace) -> None:
    settings, run_id = Settings.read(options.config), str(uuid.uuid4())
    url, name = (
        settings.need("chef_server_url").rstrip("/"),
        options.node_name or settings.get("node_name", socket.getfqdn()),
    )
    key_file, context = settings.get("client_key", "/etc/chef/client.pem"), trust(settings)
    print(f"Chef Infra Client, version {VERSION} (the lab's stand-in)", flush=True)
    if os.path.exists(key_file):
        print(f"Client key {key_file} is present - skipping registration", flush=True)
    else:
        validator = settings.get("validation_client_name", "chef-validator")
        key = load_key(settings.get("validation_key", "/etc/chef/validation.pem"), "validation_key")
        register(settings, Server(url, validator, key, "0", context, run_id), name, key_file)
        print(f"Created the client '{name}' and its key {key_file}", flush=True)
    converge(Server(url, name, load_key(key_file, "client_key"), "2", context, run_id), settings, name, options)
    print(f"Chef Infra Client finished: the node '{name}' is saved", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="chef-client", allow_abbrev=False)
    parser.add_argument("-v", "--version", action="version", version=f"Chef Infra Client: {VERSION}")
    parser.add_argument("-c", "--config", default="/etc/chef/client.rb")
    parser.add_argument("-j", "--json-attributes", dest="json")
    parser.add_argument("-N", "--node-name")
    parser.add_argument("-E", "--environment")
    parser.add_argument("-l", "--log-level", "--log_level")
    parser.add_argument("-L", "--logfile")
    parser.add_argument("--run-lock-timeout", type=int)
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--no-color", "--no-fork", "--chef-license", nargs="?")
    try:
        run(parser.parse_args())
    except Refused as error:
        print(f"FATAL: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
