"""One request of a load balancer's health check, sent in a sandbox's network.

Reasons: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
"""

import http.client
import ssl
from dataclasses import dataclass
from typing import Any

from namespaces import inside, stream

# A failure as reason and description; None if the target is healthy
Found = tuple[str, str] | None


@dataclass(frozen=True)
class Check:
    protocol: str
    port: int
    path: str
    codes: str
    timeout: float


def check_of(target_group: Any, port: Any) -> Check:
    own = target_group.health_check_port
    return Check(
        target_group.health_check_protocol or target_group.protocol,
        int(port if own in (None, "traffic-port") else own),
        target_group.health_check_path or "/",
        (getattr(target_group, "matcher", None) or {}).get("HttpCode") or "200",
        float(target_group.health_check_timeout_seconds),
    )


def ask(check: Check, network: str, address: str) -> Found:
    connection = http.client.HTTPConnection(address, check.port)
    try:
        connection.sock = inside(network, stream)
        connection.sock.settimeout(check.timeout)
        connection.sock.connect((address, check.port))
        return None if check.protocol in ("TCP", "TLS") else _answer(connection, check)
    except TimeoutError:
        return "Target.Timeout", "Request timed out"
    except (OSError, http.client.HTTPException):
        return "Target.FailedHealthChecks", "Health checks failed"
    finally:
        connection.close()


def _answer(connection: http.client.HTTPConnection, check: Check) -> Found:
    if check.protocol == "HTTPS":  # a load balancer does not validate a target's certificate
        connection.sock = ssl._create_unverified_context().wrap_socket(connection.sock)
    connection.request("GET", check.path, headers={"User-Agent": "ELB-HealthChecker/2.0", "Connection": "close"})
    status = connection.getresponse().status
    if _matches(status, check.codes):
        return None
    return "Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{status}]"


def _matches(status: int, codes: str) -> bool:
    bounds = [part.split("-") for part in codes.split(",")]
    return any(int(one[0]) <= status <= int(one[-1]) for one in bounds)
