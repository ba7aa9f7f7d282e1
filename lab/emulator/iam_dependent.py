"""Permissions that a call needs in addition to its own: for roles that it passes, and for actions that AWS takes with it.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-api-permissions.html, Required permissions from other Amazon APIs
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html: the caller must be granted PassRole
"""

from typing import Any

from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends

from iam_policies import Ask
from mixed_policies import specifications
from principals import ROLE, SERVICE

# Calls of Lambda that may name the function's role
NAMES_ROLE = ("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration")
# Calls that may name a launch template, and the parameter with its tags
NAMES_TEMPLATE = ("autoscaling:CreateAutoScalingGroup", "autoscaling:UpdateAutoScalingGroup")
LAUNCH_TAGS = "TagSpecifications"


def dependent_asks(response: Any, action: str) -> list[Ask]:
    if action in NAMES_ROLE:
        role = response._get_param("Role")
        return [_pass(role, "lambda.amazonaws.com")] if role else []
    if action == "autoscaling:PutLifecycleHook":
        role = response._get_param("RoleARN")
        return [_pass(role, SERVICE)] if role else []
    if action == "iam:AddRoleToInstanceProfile":
        # Whether the request contains iam:PassedToService could not be checked, so it is omitted
        return [Ask("iam:PassRole", role_arn(response, response._get_param("RoleName")))]
    if action in NAMES_TEMPLATE:
        return [*_launch_asks(response, response._get_param), *_service_role_asks(response, action)]
    if action == "autoscaling:StartInstanceRefresh":
        return _launch_asks(response, (response._get_param("DesiredConfiguration") or {}).get)
    return []


def role_arn(response: Any, name: str) -> str:
    found = next((one for one in _iam(response).roles.values() if one.name == name), None)
    return found.arn if found else f"arn:{response.partition}:iam::{response.current_account}:role/{name}"


def _pass(role: str, service: str) -> Ask:
    return Ask("iam:PassRole", role, {"iam:PassedToService": service})


def _launch_asks(response: Any, get: Any) -> list[Ask]:
    """Permissions to pass the instances' role and to launch the instances, both with the caller's identity."""
    template = get("LaunchTemplate")
    named = [template] if template else specifications(get("MixedInstancesPolicy"))
    return [ask for one in named for ask in _template_asks(_template_data(response, one), response)]


def _template_asks(data: dict[str, Any], response: Any) -> list[Ask]:
    profile = _profile(response, data.get("IamInstanceProfile") or {})
    roles = [role.arn for role in profile.roles] if profile else []
    tags = [Ask("ec2:CreateTags")] if data.get(LAUNCH_TAGS) or data.get("TagSpecification") else []
    return [Ask("ec2:RunInstances"), *tags, *(_pass(role, "ec2.amazonaws.com") for role in roles)]


def _template_data(response: Any, named: dict[str, Any]) -> dict[str, Any]:
    """The template's data; empty if the template does not exist, which the call itself reports."""
    templates = ec2_backends[response.current_account][response.region].launch_templates.values()
    wanted = (named.get("LaunchTemplateId"), named.get("LaunchTemplateName"))
    found = next((one for one in templates if one.id == wanted[0] or one.name == wanted[1]), None)
    return found.get_version(named.get("Version") or "$Default").data if found else {}


def _profile(response: Any, named: dict[str, Any]) -> Any | None:
    profiles = _iam(response).instance_profiles.values()
    return next((one for one in profiles if one.arn == named.get("Arn") or one.name == named.get("Name")), None)


def _service_role_asks(response: Any, action: str) -> list[Ask]:
    """An account's first group creates Auto Scaling's service-linked role, for which the caller needs permission."""
    is_first = action == "autoscaling:CreateAutoScalingGroup" and not response._get_param("ServiceLinkedRoleARN")
    if not is_first or any(role.name == ROLE for role in _iam(response).roles.values()):
        return []
    arn = f"arn:{response.partition}:iam::{response.current_account}:role/aws-service-role/{SERVICE}/{ROLE}"
    return [Ask("iam:CreateServiceLinkedRole", arn, {"iam:AWSServiceName": SERVICE})]


def _iam(response: Any) -> Any:
    return iam_backends[response.current_account][response.partition]
