"""Removes instances as awslabs/lambda-chef-node-cleanup does, with PyChef: searches, fetches node and client, deletes both.

Standard input: {"url", "keyFile", "group", "search", "ids"}; standard output: {"seconds"}. Without "search", it only deletes.
"""

import collections
import collections.abc
import ctypes
import ctypes.util
import json
import platform
import sys
import time

# PyChef 0.3.0 predates Python 3.11, and loads a library by a name that only development packages provide.
platform.linux_distribution = lambda **_: ("", "", "")
for moved in ("Callable", "Iterable", "Mapping", "MutableMapping", "MutableSequence", "Sequence", "Set"):
    setattr(collections, moved, getattr(collections.abc, moved))
_load = ctypes.CDLL
_crypto = ctypes.util.find_library("crypto")


class _Library(_load):
    def __init__(self, name, *rest, **named):
        super().__init__(_crypto if name == "libcrypto.so" else name, *rest, **named)


ctypes.CDLL = _Library

import chef  # noqa: E402


def as_awslabs(instance_id):
    """Makes the Lambda function's calls in its order."""
    for found in chef.Search("node", "ec2_instance_id:" + instance_id):
        node, client = chef.Node(found.object.name), chef.Client(found.object.name)
        node.delete()
        client.delete()
        return
    raise SystemExit(f"the search did not find '{instance_id}'")


def bare(api, name):
    """Makes only the two deletions."""
    api.api_request("DELETE", "/nodes/" + name)
    api.api_request("DELETE", "/clients/" + name)


wanted = json.load(sys.stdin)
with chef.ChefAPI(wanted["url"], wanted["keyFile"], "admin") as connection:
    started = time.monotonic()
    for wanted_id in wanted["ids"]:
        if wanted["search"]:
            as_awslabs(wanted_id)
        else:
            bare(connection, wanted["group"] + "-" + wanted_id)
    print(json.dumps({"seconds": time.monotonic() - started}))
