"""Deprecated images, which moto does not support: found by their id, by their owner, and if a request includes deprecated ones.

They still launch: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html
"""

from datetime import datetime, timedelta, timezone
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response

from base_image import DEPRECATED_IMAGE, DEPRECATION_TIME

LONGEST = timedelta(days=3653)


def take_over() -> None:
    plain_describe = EC2Response.describe_images

    def describe_images(response: Any) -> ActionResult:
        answer = plain_describe(response)
        asked = response._get_bool_param("IncludeDeprecated", False) or response._get_param("ImageIds", [])
        images = [image for image in answer.result["Images"] if asked or not _is_hidden(image)]
        for image in images:
            if image.id == DEPRECATED_IMAGE["ami_id"]:
                image.deprecation_time = DEPRECATION_TIME
        return ActionResult({"Images": images})

    EC2Response.describe_images = describe_images
    EC2Response.enable_image_deprecation = _enable


def _enable(response: Any) -> ActionResult:
    """The time has a precision of minutes and must be in the next ten years. Only the owner may set it.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeprecation.html
    """
    image = response.ec2_backend.describe_images(ami_ids=[response._get_param("ImageId")])[0]
    if image.owner_id != response.current_account:
        raise EC2ClientError("AuthFailure", "Not authorized for image.")
    at, now = _time(response._get_param("DeprecateAt")), datetime.now(timezone.utc)
    if at <= now or at > now + LONGEST:
        raise EC2ClientError("InvalidParameterValue", f"The deprecation date {at:%Y-%m-%dT%H:%M:%S.000Z} is not allowed.")
    minute = (at + timedelta(seconds=30)).replace(second=0, microsecond=0)
    image.deprecation_time = minute.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return ActionResult({"Return": True})


def _time(value: Any) -> datetime:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return at if at.tzinfo else at.replace(tzinfo=timezone.utc)


def _is_hidden(image: Any) -> bool:
    """The owner sees a deprecated image like any other, and the lab's account owns the images that it baked."""
    return image.id == DEPRECATED_IMAGE["ami_id"]
