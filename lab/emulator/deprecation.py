"""Deprecated images, which moto does not know: found by id, by their owner, and by whoever asks for them.

They still launch: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from base_image import DEPRECATED_IMAGE, DEPRECATION_TIME


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


def _is_hidden(image: Any) -> bool:
    return image.id == DEPRECATED_IMAGE["ami_id"]
