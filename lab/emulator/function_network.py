"""What a function in a VPC can reach of AWS. It has no public address there, so its calls need a NAT gateway or an endpoint of the service.
Without these no call is answered, and Lambda ends the function at its timeout.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html, https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-scenarios.html
and https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
"""

import threading
from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import lambda_backends
from moto.ec2.models import ec2_backends

from werkzeug.exceptions import HTTPException

from lock import LOCK

ANYWHERE = "0.0.0.0/0"
HTTPS = 443


class NobodyAnswers(HTTPException):
    """Answers a call after the function's timeout, when nobody waits for it any more."""

    code = 504


def hold_where_cut_off(session: Any, account: str, region: str, service: str) -> None:
    """Delays a call that could not reach the service. Raises NobodyAnswers after the function's timeout."""
    function = _function_of(session, account, region)
    if function is None or reaches(function, account, region, service):
        return
    with LOCK:  # wait() releases it completely, so that others can continue
        threading.Condition(LOCK).wait(int(function.timeout) + 1)
    raise NobodyAnswers(f"'{function.function_name}' has no way to {service} from its VPC")


def check_network(settings: dict[str, Any], account: str, region: str) -> None:
    """Subnets and security groups must exist. The wording for subnets is from bug reports; that for groups is derived from it."""
    backend, config = ec2_backends[account][region], settings.get("VpcConfig") or {}
    known = {one for zone in backend.subnets.values() for one in zone}
    for subnet in config.get("SubnetIds") or []:
        if subnet not in known:
            _refuse("DescribeSubnets", "InvalidSubnetID.NotFound", f"The subnet ID '{subnet}' does not exist")
    for group in config.get("SecurityGroupIds") or []:
        if backend.get_security_group_from_id(group) is None:
            words = f"The security group '{group}' does not exist"
            _refuse("DescribeSecurityGroups", "InvalidGroup.NotFound", words)


def reaches(function: Any, account: str, region: str, service: str) -> bool:
    """Whether a function reaches a service from all of its subnets, since Lambda may run it in any of them."""
    config = function.vpc_config or {}
    backend = ec2_backends[account][region]
    rules = [
        rule
        for name in config.get("SecurityGroupIds") or []
        for rule in backend.get_security_group_from_id(name).egress_rules
        if _covers(rule)
    ]
    outside = any(rule.ip_range.get("CidrIp") == ANYWHERE for rule in rules)
    subnets = [backend.get_subnet(name) for name in config.get("SubnetIds") or []]
    return all(
        (rules and _has_endpoint(backend, one.vpc_id, region, service)) or (outside and _has_nat(backend, one))
        for one in subnets
    )


def _function_of(session: Any, account: str, region: str) -> Any | None:
    functions = lambda_backends[account][region].list_functions()
    named = [one for one in functions if one.function_name == session.session_name and one.role == session.role_arn]
    return next((one for one in named if (one.vpc_config or {}).get("SubnetIds")), None)


def _covers(rule: Any) -> bool:
    if str(rule.ip_protocol) == "-1":
        return True
    return rule.ip_protocol in ("tcp", "6") and int(rule.from_port) <= HTTPS <= int(rule.to_port)


def _has_endpoint(backend: Any, vpc_id: str, region: str, service: str) -> bool:
    """Whether there is an interface endpoint with private DNS names, which clients use without configuration."""
    return any(
        one.vpc_id == vpc_id
        and one.service_name == f"com.amazonaws.{region}.{service}"
        and str(one.vpc_endpoint_type).lower() == "interface"
        and str(one.private_dns_enabled).lower() != "false"
        for one in backend.vpc_end_points.values()
    )


def _has_nat(backend: Any, subnet: Any) -> bool:
    """Whether a public NAT gateway in a public subnet can be reached. An internet gateway does not help without a public address."""
    gateways = [route.nat_gateway for route in _default_routes(backend, subnet) if route.nat_gateway]
    return any(
        one.state == "available"
        and one.connectivity_type != "private"
        and any(
            str(route.gateway_id).startswith("igw-")
            for route in _default_routes(backend, backend.get_subnet(one.subnet_id))
        )
        for one in gateways
    )


def _default_routes(backend: Any, subnet: Any) -> list[Any]:
    tables = [table for table in backend.route_tables.values() if table.vpc_id == subnet.vpc_id]
    own = [table for table in tables if any(one.get("SubnetId") == subnet.id for one in table.associations)]
    main = [table for table in tables if table.main_association_id]
    return [route for table in own or main for route in table.routes if route.destination_cidr_block == ANYWHERE]


def _refuse(call: str, code: str, words: str) -> None:
    raise InvalidParameterValueException(
        f"Error occurred while {call}. EC2 Error Code: {code}. EC2 Error Message: {words}"
    )
