"""The lab's stand-in for the Chef client, which no package registry offers: its configuration, calls and exit codes.

It is never more lenient than the original, 18.8.72. Each rule is beside its source in the modules that this one imports. The order
of steps is that of https://github.com/chef/chef/blob/v18.8.72/lib/chef/application/base.rb and lib/chef/client.rb.
"""

import argparse
import json
import os
import socket
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from chef_converge import AFTER_SAVE_SECONDS, CLIENT_UPGRADED, REBOOT_SCHEDULED, converge, end, leave_files, recipe_exit
from chef_distribution import Distribution, current
from chef_licence import NOT_ACCEPTED, is_accepted
from chef_lock import run_lock
from chef_ohai import automatic
from chef_register import load_key, register
from chef_server import VERSION, Refused, Server
from chef_settings import Settings, trust


def first_boot(path: str | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return json.loads(Path(path).read_text())
    except (OSError, ValueError) as error:
        raise Refused(f"'-j' is '{path}', expected a JSON file of attributes: {error}") from error


def node_guid(settings: Settings, distribution: Distribution) -> str:
    """lib/chef/node.rb: created once beside the configuration, and then kept."""
    file = settings.folder / f"{distribution.short}_guid"
    if not file.exists():
        file.write_text(str(uuid.uuid4()))
    return file.read_text().splitlines()[0]


def run(options: argparse.Namespace, settings: Settings, distribution: Distribution, attributes: dict[str, Any]) -> int:
    run_id, url = str(uuid.uuid4()), settings.need("chef_server_url").rstrip("/")
    name = options.node_name or settings.get("node_name", socket.getfqdn())
    environment = options.environment or settings.get("environment", attributes.pop("chef_environment", "_default"))
    policy = {key: attributes.pop(key, settings.get(key, "")) for key in ("policy_name", "policy_group")}
    context = trust(settings)
    found = automatic(name, environment, node_guid(settings, distribution))
    key_file = settings.get("client_key", str(distribution.etc / "client.pem"))
    if os.path.exists(key_file):
        print(f"Client key {key_file} is present - skipping registration", flush=True)
    else:
        print(f"Creating a new client identity for {name} using the validator key.", flush=True)
        validator = settings.get("validation_client_name", "chef-validator")
        key = load_key(settings.get("validation_key", str(distribution.etc / "validation.pem")), "validation_key")
        register(Server(url, validator, key, "0", context, run_id), name, key_file)
    server = Server(url, name, load_key(key_file, "client_key"), "2", context, run_id)
    kept = {key: value for key, value in policy.items() if value}
    node = converge(server, name, environment, attributes, kept, found)
    leave_files(distribution)
    code = recipe_exit(distribution, node["normal"].get("stand_in", {}))
    if code not in (0, REBOOT_SCHEDULED, CLIENT_UPGRADED):
        raise Refused("a recipe failed (the stand-in's switch)", code)
    server.must("PUT", f"/nodes/{name}", node)
    time.sleep(AFTER_SAVE_SECONDS)
    print("Infra Phase complete", flush=True)
    return code


def failed(error: Refused, distribution: Distribution) -> int:
    trace = distribution.cache / f"{distribution.short}-stacktrace.out"
    trace.parent.mkdir(parents=True, exist_ok=True)
    trace.write_text(f"{error}\n\n>>>>{error.trace}\n" if error.trace else f"{error}\n")
    print(f"FATAL: Stacktrace dumped to {trace}\nFATAL: {error}", file=sys.stderr)
    return error.code


def arguments(distribution: Distribution) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=distribution.client, allow_abbrev=False)
    parser.add_argument("-v", "--version", action="version", version=f"{distribution.product}: {VERSION}")
    parser.add_argument("-c", "--config")
    parser.add_argument("-j", "--json-attributes", dest="json")
    parser.add_argument("-N", "--node-name")
    parser.add_argument("-E", "--environment")
    parser.add_argument("-l", "--log_level")
    parser.add_argument("-L", "--logfile")
    parser.add_argument("--run-lock-timeout", type=int)
    parser.add_argument("--chef-license")
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--no-color", "--no-fork", action="store_true")
    return parser


def main() -> int:
    distribution = current()
    options = arguments(distribution).parse_args()
    try:
        settings = Settings.read(options.config, distribution)
        attributes = first_boot(options.json)
        answers = (settings.values.get("chef_license"), options.chef_license)
        if distribution.licensed and not is_accepted(distribution.product, VERSION, *answers):
            return NOT_ACCEPTED
        print(f"{distribution.product}, version {VERSION} (the lab's stand-in)", flush=True)
        with run_lock(distribution, options.run_lock_timeout):
            code = run(options, settings, distribution, attributes)
        return end(code)
    except Refused as error:
        return failed(error, distribution)


if __name__ == "__main__":
    sys.exit(main())
