"""Signs requests with PyPI's chefsessionlib, an implementation independent of Chef's own.

Standard input: {"key": PEM, "requests": [...]}; standard output: a JSON list with the headers of each request.
"""

import json
import sys

from chefsessionlib import ChefSession
from requests import Request


def headers_of(key, request):
    """The X-Ops headers that chefsessionlib generates for a request at the request's timestamp."""
    session = ChefSession(request["userId"], key, authentication_version=request["version"])
    url = "http://chef.example" + request["path"]
    prepared = session.prepare_request(Request(request["method"], url, data=request["body"]))
    signed = session._authenticate_request(prepared, request["timestamp"])
    return {name: value for name, value in signed.headers.items() if name.lower().startswith("x-ops")}


source = json.load(sys.stdin)
print(json.dumps([headers_of(source["key"], request) for request in source["requests"]]))
