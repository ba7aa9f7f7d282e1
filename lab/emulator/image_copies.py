"""Properties of existing images that EC2 handles and moto does not: the time to create one, copies with files and encryption, sharing,
and protection.

A parameter of SSM says how long an image is pending, which moto's never is: /lab/image-seconds   <seconds>
"""

import time
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.amis import Ami, AmiBackend
from moto.ec2.responses import EC2Response
from moto.ssm.models import ssm_backends

from fleet import Fleet

SECONDS = "/lab/image-seconds"


def complete() -> None:
    """Adds the time that an image takes, encryption of copies, rules for sharing, and protection of images against deregistration."""
    _duration()
    _encryption()
    _sharing()
    _protection()


def put_on(fleet: Fleet) -> None:
    """Gives a copy the files of its source."""
    plain_copy = AmiBackend.copy_image

    def copy_image(backend: Any, source_image_id: str, *args: Any, **options: Any) -> Any:
        image = plain_copy(backend, source_image_id, *args, **options)
        fleet.copy_image(source_image_id, image.id)
        return image

    AmiBackend.copy_image = copy_image


def _duration() -> None:
    plain_init = Ami.__init__

    def init(image: Any, backend: Any, *args: Any, **options: Any) -> None:
        found = ssm_backends[backend.account_id][backend.region_name].get_parameters([SECONDS]).get(SECONDS)
        image.pending_until = time.time() + (float(found.value) if found else 0)
        plain_init(image, backend, *args, **options)

    def state(image: Any) -> str:
        return "pending" if time.time() < image.pending_until else str(image.settled_state)

    Ami.__init__ = init
    Ami.state = property(state, lambda image, value: setattr(image, "settled_state", value))


def _encryption() -> None:
    plain_copy, plain_mappings = EC2Response.copy_image, Ami.block_device_mappings

    def copy_image(response: Any) -> ActionResult:
        answer = plain_copy(response)
        image = response.ec2_backend.amis[answer.result["ImageId"]]
        image.root_device_type = "ebs"
        if response._get_bool_param("Encrypted", False):
            image.ebs_snapshot.encrypted = True
            image.ebs_snapshot.kms_key_id = response._get_param("KmsKeyId") or "alias/aws/ebs"
        return answer

    def block_device_mappings(image: Any) -> list[dict[str, Any]]:
        mappings = plain_mappings.fget(image)
        for mapping in mappings:
            mapping["Ebs"]["Encrypted"] = image.ebs_snapshot.encrypted
        return mappings

    EC2Response.copy_image, Ami.block_device_mappings = copy_image, property(block_device_mappings)


def _sharing() -> None:
    """In accounts that encrypt volumes by default, new images are encrypted, and images with an AWS managed key cannot be shared.

    https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html and packer#9529.
    """
    plain_create, plain_modify = AmiBackend.create_image, AmiBackend.modify_image_attribute

    def create_image(backend: Any, *args: Any, **options: Any) -> Any:
        image = plain_create(backend, *args, **options)
        if backend.get_ebs_encryption_by_default() and not image.ebs_snapshot.encrypted:
            image.ebs_snapshot.encrypted = True
            image.ebs_snapshot.kms_key_id = "alias/aws/ebs"
        return image

    def modify_image_attribute(backend: Any, ami_id: str, **options: Any) -> None:
        snapshot = backend.amis[ami_id].ebs_snapshot
        if options.get("launch_permissions_to_add") and snapshot.encrypted and "aws/ebs" in str(snapshot.kms_key_id):
            raise EC2ClientError(
                "InvalidParameter", "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot."
            )
        plain_modify(backend, ami_id, **options)

    AmiBackend.create_image, AmiBackend.modify_image_attribute = create_image, modify_image_attribute


def _protection() -> None:
    plain_deregister = AmiBackend.deregister_image

    def set_protection(state: str) -> Any:
        def action(response: Any) -> ActionResult:
            image = response.ec2_backend.describe_images(ami_ids=[response._get_param("ImageId")])[0]
            image.deregistration_protection = state
            return ActionResult({"Return": state})

        return action

    def deregister_image(backend: Any, ami_id: str) -> None:
        image = backend.amis.get(ami_id)
        if image and image.deregistration_protection.startswith("enabled"):
            raise EC2ClientError("OperationNotPermitted", f"The image '{ami_id}' is protected from deregistration.")
        plain_deregister(backend, ami_id)

    Ami.deregistration_protection = "disabled"
    EC2Response.enable_image_deregistration_protection = set_protection("enabled-without-cooldown")
    EC2Response.disable_image_deregistration_protection = set_protection("disabled")
    AmiBackend.deregister_image = deregister_image
