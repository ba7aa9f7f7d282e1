"""A converge as the Chef server sees it, and its exit codes.

The order is that of https://github.com/chef/chef/blob/v18.8.72/lib/chef/client.rb: GET /nodes/NAME, after a 404 POST /nodes; the calls
of the run; PUT /nodes/NAME with what ohai found, only if the converge succeeded and before the client exits; last, a reboot
(lib/chef/platform/rebooter.rb). Instead of recipes, the node's attribute `stand_in` determines what happens:

    {"exit": 35}         the exit code; a list contains the codes of successive runs, and the last one repeats
    {"seconds": 3}       the duration of the converge
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
# The original prints this many lines about the system, its handlers and its trace below an error
SYSTEM_INFO = "".join(f"stand-in: line {number} of what the client says of itself\n" for number in range(1, 17))
# The original runs its handlers and releases the lock after it has saved the node
AFTER_SAVE_SECONDS = 0.3


def converge(
    server: Server, name: str, environment: str, attributes: dict[str, Any], policy: dict[str, str], found: dict[str, Any]
) -> dict[str, Any]:
    """Returns the node to save."""
    node = _load_node(server, name, environment)
    run_list = _consume_run_list(attributes, node["run_list"])
    node["normal"] = {"tags": [], **node.get("normal", {}), **attributes}
    if policy:
        _policy(server, policy)
    else:
        # The original asks for the cookbooks of the run. The lab's server may have none, so the stand-in sends an empty run list
        path = f"/environments/{environment}/cookbook_versions"
        status, answer = server.call("POST", path, {"run_list": []})
        if status >= 300:
            raise _not_expanded(status, answer)
    return {**node, "chef_environment": environment, "run_list": run_list, "automatic": found, **policy}


def _consume_run_list(attributes: dict[str, Any], kept: list[str]) -> list[str]:
    """lib/chef/node.rb, consume_run_list: either name sets the run list, and both together are an error."""
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
    """As in lib/chef/formatters/error_inspectors/run_list_expansion_error_inspector.rb, many lines follow after the reason."""
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
    """lib/chef/policy_builder/policyfile.rb. goiardi does not support policies and returns 200 with an empty body."""
    path = f"/policy_groups/{policy['policy_group']}/policies/{policy['policy_name']}"
    if not isinstance(server.must("GET", path), dict):
        raise Refused(f"Chef::Exceptions::UnsupportedFeature: {path} was answered with nothing: no policies here")


def leave_files(distribution: Distribution) -> None:
    """Writes the files that a run leaves besides the node's own: caches, and backups of changed files."""
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
