"""Deleted versions of launch templates, which moto does not support, and launches of what is gone.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplateVersions.html: not the default version, and the others
even while a group launches from them. Numbers are not used again. Which number is the latest afterwards is not documented; here it is
the highest one that is left.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import (
    EC2ClientError,
    InvalidAMIIdError,
    InvalidLaunchTemplateVersionNotFound,
    UnvailableAMIIdError,
)
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.models.launch_templates import LaunchTemplateBackend as Backend
from moto.ec2.responses import EC2Response
from moto.ec2.utils import filter_iam_instance_profiles
from moto.iam.exceptions import NotFoundException

IS_DEFAULT, IS_MISSING = "unexpectedError", "launchTemplateVersionDoesNotExist"


def take_over() -> None:
    plain_get, plain_describe = LaunchTemplate.get_version, Backend.describe_launch_template_versions

    def get_version(template: Any, number: Any) -> Any:
        version = latest_version(template) if str(number).lower() == "$latest" else plain_get(template, number)
        if version.number in _deleted(template):
            raise InvalidLaunchTemplateVersionNotFound(template_id=template.id, version=number)
        return version

    def describe(backend: Any, **asked: Any) -> Any:
        return [(one, version) for one, version in plain_describe(backend, **asked) if version.number not in _deleted(one)]

    LaunchTemplate.get_version, LaunchTemplate.latest_version = get_version, latest_version
    Backend.describe_launch_template_versions = describe
    EC2Response.delete_launch_template_versions = _delete


def latest_version(template: Any) -> Any:
    return [version for version in template.versions if version.number not in _deleted(template)][-1]


def refuse_gone(group: Any, template: Any, image_id: str | None) -> None:
    """Refuses a launch from a template or an image that was deleted, and from a disabled image.

    "Each time a scale out operation is performed, it will be prevented": AWS's message about such a template, as quoted in
    https://github.com/aws-samples/aws-refarch-moodle/issues/52. "A disabled AMI can't be used for instance launches":
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/disable-an-ami.html
    """
    if template:
        group.ec2_backend.get_launch_template(template.id)
    image = group.ec2_backend.amis.get(image_id) if image_id else None
    if image_id and image is None:
        raise InvalidAMIIdError(image_id)
    if image and image.state != "available":
        raise UnvailableAMIIdError(image_id)


def refuse_missing(backend: Any, data: dict[str, Any]) -> None:
    """Refuses a launch whose template names a key pair or an instance profile that is gone; moto ignores the one, and fails after the launch
    with the other.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-instancelaunchfailure.html: "The key pair <key pair associated with your
    EC2 instance> does not exist". The wording for a profile: https://github.com/hashicorp/terraform-provider-aws/pull/40088
    """
    key, profile = data.get("KeyName"), data.get("IamInstanceProfile") or {}
    if key and key not in [pair.key_name for pair in backend.key_pairs.values()]:
        raise EC2ClientError("InvalidKeyPair.NotFound", f"The key pair '{key}' does not exist")
    kind = next((kind for kind in ("Arn", "Name") if profile.get(kind)), None)
    if kind is None:
        return
    arn, name = (profile[kind] if kind == one else None for one in ("Arn", "Name"))
    try:
        found = filter_iam_instance_profiles(backend.account_id, backend.partition, arn, name)
    except NotFoundException:
        found = None
    if found is None:
        given = f"Value ({profile[kind]}) for parameter iamInstanceProfile.{kind.lower()} is invalid."
        raise EC2ClientError("InvalidParameterValue", f"{given} Invalid IAM Instance Profile {'ARN' if arn else 'name'}")


def _deleted(template: Any) -> set[int]:
    return template.__dict__.setdefault("lab_deleted", set())


def _delete(response: Any) -> ActionResult:
    backend, name = response.ec2_backend, response._get_param("LaunchTemplateName")
    template = (
        backend.get_launch_template_by_name(name)
        if name
        else backend.get_launch_template(response._get_param("LaunchTemplateId"))
    )
    known = [version.number for version in template.versions]
    done, refused = [], []
    for number in map(int, response._get_param("Versions", [])):
        told = {"LaunchTemplateId": template.id, "LaunchTemplateName": template.name, "VersionNumber": number}
        is_default = number == template.default_version_number
        if is_default or number not in known or number in _deleted(template):
            code = IS_DEFAULT if is_default else IS_MISSING
            refused.append({**told, "ResponseError": {"Code": code, "Message": f"Version {number} cannot be deleted."}})
        else:
            _deleted(template).add(number)
            done.append(told)
    return ActionResult(
        {
            "SuccessfullyDeletedLaunchTemplateVersions": done,
            "UnsuccessfullyDeletedLaunchTemplateVersions": refused,
        }
    )
