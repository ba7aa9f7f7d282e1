"""EC2 does not launch an image on an instance type that cannot boot it.

The wording is that of https://github.com/skypilot-org/skypilot/issues/6315 (RunInstances, InvalidParameterValue). Instance types
that are missing from moto's list are not checked.
"""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instance_types import INSTANCE_TYPES

MISMATCH = (
    "The architecture '{type}' of the specified instance type does not match the architecture '{image}' of the "
    "specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use "
    "'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI."
)


def mismatch(ec2_backend: Any, instance_type: str | None, image_id: str | None) -> str | None:
    """The error for launching an image on an instance type, with EC2's wording; None if there is none."""
    image = ec2_backend.amis.get(image_id or "")
    supported = architectures_of(instance_type or "")
    if image is None or not image.architecture or not supported or image.architecture in supported:
        return None
    return MISMATCH.format(type=supported[-1], image=image.architecture)


def check(ec2_backend: Any, instance_type: str | None, image_id: str | None) -> None:
    if wrong := mismatch(ec2_backend, instance_type, image_id):
        raise EC2ClientError("InvalidParameterValue", wrong)


def architectures_of(instance_type: str) -> list[str]:
    return (INSTANCE_TYPES.get(instance_type, {}).get("ProcessorInfo") or {}).get("SupportedArchitectures") or []
