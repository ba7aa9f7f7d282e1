"""EC2 refuses descriptions of rules with other characters than these, and a request in which a rule occurs twice.

The wordings are those of https://github.com/aws-cloudformation/cfn-lint/issues/173 and
https://github.com/hashicorp/terraform-provider-aws/issues/29492 (InvalidParameterValue).
"""

import re
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses.security_groups import SecurityGroups

DESCRIPTION = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{0,255}")
DESCRIBED = (
    "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set: "
    "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"
)
REPEATED = "The same permission must not appear multiple times"
PEERS = {"IpRanges": "CidrIp", "Ipv6Ranges": "CidrIpv6", "UserIdGroupPairs": "GroupId", "PrefixListIds": "PrefixListId"}


def take_over() -> None:
    for name in ("authorize_security_group_ingress", "authorize_security_group_egress"):
        setattr(SecurityGroups, name, _checked(getattr(SecurityGroups, name)))


def _checked(original: Any) -> Any:
    def authorize(self: Any) -> Any:
        seen: set[tuple[Any, ...]] = set()
        for permission in self._get_param("IpPermissions", []):
            for rule in _rules(permission):
                _check(rule, seen)
        return original(self)

    return authorize


def _rules(permission: dict[str, Any]) -> list[tuple[tuple[Any, ...], str]]:
    ports = tuple(str(permission.get(key)) for key in ("IpProtocol", "FromPort", "ToPort"))
    return [
        ((*ports, str(one.get(member)).lower()), one.get("Description") or "")
        for kind, member in PEERS.items()
        for one in permission.get(kind) or []
    ]


def _check(rule: tuple[tuple[Any, ...], str], seen: set[tuple[Any, ...]]) -> None:
    permission, description = rule
    if not DESCRIPTION.fullmatch(description):
        raise EC2ClientError("InvalidParameterValue", DESCRIBED)
    if permission in seen:
        raise EC2ClientError("InvalidParameterValue", REPEATED)
    seen.add(permission)
