"""A converge as far as the Chef server sees it, and how it ends.

Order as in https://github.com/chef/chef/blob/v18.8.72/lib/chef/client.rb: GET /nodes/NAME, on 404 POST /nodes; the run's calls;
PUT /nodes/NAME with what ohai found, only where the converge succeeded and before the client exits; a reboot last
(lib/chef/platform/rebooter.rb). In place of recipes stands the attribute `stand_in` of the node:

    {"exit": 35}         ends with that code; a list is the codes of the runs one after the other, the last one stays
    {"seconds": 3}       how long the converge takes
"""

import json
import subprocess
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any

from chef_distribution import Distribution
from chef_server import Refused, Server

REBOOT_SCHEDULED, REBOOT_NEEDED, CLIENT_UPGRADED = 35, 37, 213
# As many lines as the original writes of the system, its handlers and its trace below an error
SYSTEM_INFO = "".join(f"stand-in: line {number} of what the client says of itself\n" for number in range(1, 17))
# It ends its handlers and releases the lock after it has saved the node
AFTER_SAVE_SECONDS = 0.3


def converge(
    server: Server, name: str, environment: str, attributes: dict[str, Any], policy: dict[str, str], found: dict[str, Any]
) -> dict[str, Any]:
    """The node as it is to be saved."""
    node = _load_node(server, name, environment)
    run_list = _consume_run_list(attributes, node["run_list"])
    node["normal"] = {"tags": [], **node.get("normal", {}), **attributes}
    if policy:
        _policy(server, policy)
    else:
        # Which cookbooks the run needs. The lab's server may have none, so the stand-in asks for none
        path = f"/environments/{environment}/cookbook_versions"
        status, answer = server.call("POST", path, {"run_list": []})
        if status >= 300:
            raise _not_expanded(status, answer)
    return {**node, "chef_environment": environment, "run_list": run_list, "automatic": found, **policy}


def _consume_run_list(attributes: dict[str, Any], kept: list[str]) -> list[str]:
    """lib/chef/node.rb, consume_run_list: either name is taken for the run list, and both together are refused."""
    given = attributes.pop("recipes", None)
    if given is None:
        given = attributes.pop("run_list", None)
    if given is None:
        return kept
    if "recipes" in attributes or "run_list" in attributes:
        raise Refused(
            "FATAL: Chef::Exceptions::AmbiguousRunlistSpecification: "
            "please set the node's run list using the 'run_list' attribute only."
        )
    return given


def _not_expanded(status: int, answer: object) -> Refused:
    """In the order of lib/chef/formatters/error_inspectors/run_list_expansion_error_inspector.rb: the reason stands far above the end."""
    return Refused(
        f"Error expanding the run_list:\nUnexpected API Request Failure:\n{answer}\n{SYSTEM_INFO}"
        f'FATAL: Net::HTTPClientException: {status} "{HTTPStatus(status).phrase}"'
    )


def _load_node(server: Server, name: str, environment: str) -> dict[str, Any]:
    status, found = server.call("GET", f"/nodes/{name}")
    if status == 200:
        return found
    if status != 404:
        raise Refused(f"the node '{name}' could not be read ({status}): {found}")
    node = {"name": name, "chef_environment": environment, "json_class": "Chef::Node", "chef_type": "node"}
    node |= {"automatic": {}, "normal": {}, "default": {}, "override": {}, "run_list": []}
    server.must("POST", "/nodes", node)
    return node


def _policy(server: Server, policy: dict[str, str]) -> None:
    """lib/chef/policy_builder/policyfile.rb. goiardi, which knows no policies, answers 200 with nothing in it."""
    path = f"/policy_groups/{policy['policy_group']}/policies/{policy['policy_name']}"
    if not isinstance(server.must("GET", path), dict):
        raise Refused(f"Chef::Exceptions::UnsupportedFeature: {path} was answered with nothing: no policies here")


def leave_files(distribution: Distribution) -> None:
    """What a run leaves beside the node's own files: caches, and backups of files that it changed."""
    for path in ("cache/cookbooks/base/metadata.json", "cache/required_recipe", "backup/etc/motd.chef-20261127120000.000000"):
        file = Path("/var", distribution.short, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


def recipe_exit(distribution: Distribution, switch: dict[str, Any]) -> int:
    time.sleep(switch.get("seconds", 0))
    codes = switch.get("exit", 0)
    if not isinstance(codes, list):
        return codes
    counter = distribution.cache / "stand-in-runs"
    done = json.loads(counter.read_text()) if counter.exists() else 0
    counter.write_text(json.dumps(done + 1))
    return codes[min(done, len(codes) - 1)]


def end(code: int) -> int:
    if code == REBOOT_SCHEDULED:
        subprocess.run('shutdown -r +0 "Reboot by Chef" &', shell=True, check=False)
    return code
