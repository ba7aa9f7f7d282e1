"""Mixed instances policies: which ones Auto Scaling refuses, and which launch template each override uses.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateOverrides.html
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRequirements.html
The wording is AWS's if it was quoted somewhere, and the lab's own otherwise.
"""

from collections.abc import Iterator
from typing import Any

from moto.autoscaling.exceptions import ValidationError

import architectures
import instance_requirements as requirements

MOST_TYPES, MOST_TEMPLATES = 40, 20

# As quoted in terraform-provider-aws, internal/service/autoscaling/group.go
ONE_NAME = "Valid requests must contain either launchTemplateId or LaunchTemplateName"
# https://github.com/Genaker/TerraformMagentoCloud/issues/21
NOT_FORMED = "You must use a valid fully-formed launch template. "


def overrides_of(policy: dict[str, Any] | None) -> list[dict[str, Any]]:
    return ((policy or {}).get("LaunchTemplate") or {}).get("Overrides") or []


def overrides_for(policy: dict[str, Any] | None, instance_type: str) -> list[dict[str, Any]]:
    """The overrides that an instance may come from: the one for its type, or those whose requirements its type meets."""
    return [
        one
        for one in overrides_of(policy)
        if one.get("InstanceType") == instance_type
        or (one.get("InstanceRequirements") and requirements.matches(one["InstanceRequirements"], instance_type, None))
    ]


def image_architecture(ec2_backend: Any, template: Any, version: str) -> str | None:
    image = ec2_backend.amis.get(template.get_version(version).data.get("ImageId") or "")
    return image.architecture if image else None


def find_template(ec2_backend: Any, named: dict[str, Any]) -> Any:
    """The launch template of a specification, which contains its id or its name, or both if it was completed."""
    if named.get("LaunchTemplateId"):
        return ec2_backend.get_launch_template(named["LaunchTemplateId"])
    return ec2_backend.get_launch_template_by_name(named["LaunchTemplateName"])


def own_template(ec2_backend: Any, override: dict[str, Any]) -> tuple[Any, str] | None:
    """Launch template and version number in an override; None if it uses the group's."""
    named = override.get("LaunchTemplateSpecification")
    if not named:
        return None
    template = find_template(ec2_backend, named)
    return template, str(template.get_version(named.get("Version") or "$Default").number)


def specifications(policy: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    for holder in ((policy or {}).get("LaunchTemplate") or {}, *overrides_of(policy)):
        if holder.get("LaunchTemplateSpecification"):
            yield holder["LaunchTemplateSpecification"]


def check(ec2_backend: Any, policy: dict[str, Any] | None) -> None:
    if not policy:
        return
    overrides, named = overrides_of(policy), list(specifications(policy))
    if any(bool(one.get("LaunchTemplateId")) == bool(one.get("LaunchTemplateName")) for one in named):
        raise ValidationError(ONE_NAME)
    templates = {find_template(ec2_backend, one).id for one in named}
    for refused, why in (*_counts(overrides, len(templates)), *_weights(overrides)):
        if refused:
            raise ValidationError(why)
    requirements.check(overrides, policy.get("InstancesDistribution") or {})
    for one in overrides:
        if one.get("InstanceRequirements"):
            continue  # matching types are determined at each launch
        _check_architecture(ec2_backend, one, one.get("LaunchTemplateSpecification") or named[0])


def complete(ec2_backend: Any, policy: dict[str, Any] | None) -> None:
    """AWS returns a template's id and name, whichever of them was given.

    "API returns both ID and name": terraform-provider-aws, internal/service/autoscaling/group.go
    """
    for one in specifications(policy):
        found = find_template(ec2_backend, one)
        one.update(LaunchTemplateId=found.id, LaunchTemplateName=found.name)


def _counts(overrides: list[dict[str, Any]], templates: int) -> list[tuple[bool, str]]:
    types = [one["InstanceType"] for one in overrides if one.get("InstanceType")]
    return [
        (len(types) > MOST_TYPES, f"You can specify up to {MOST_TYPES} instance types per Auto Scaling group."),
        (len(types) != len(set(types)), "Each instance type can be overridden once."),
        (
            templates > MOST_TEMPLATES,
            f"You can specify up to {MOST_TEMPLATES} launch templates per Auto Scaling group.",
        ),
    ]


def _weights(overrides: list[dict[str, Any]]) -> list[tuple[bool, str]]:
    weights = [one.get("WeightedCapacity") for one in overrides]
    given = [str(one) for one in weights if one is not None]
    return [
        (
            0 < len(given) < len(weights),
            "If you specify a value for WeightedCapacity for one instance type, you must specify it for all of them.",
        ),
        (
            any(not one.isdigit() or not 1 <= int(one) <= 999 for one in given),
            "WeightedCapacity must be in the range of 1-999.",
        ),
    ]


def _check_architecture(ec2_backend: Any, override: dict[str, Any], named: dict[str, Any]) -> None:
    """May be earlier than in AWS. It is known that AWS checks a group's single type here, and an override's type at launch."""
    data = find_template(ec2_backend, named).get_version(named.get("Version") or "$Default").data
    kind = override.get("InstanceType") or data.get("InstanceType")
    if mismatch := architectures.mismatch(ec2_backend, kind, data.get("ImageId")):
        raise ValidationError(NOT_FORMED + mismatch)
