"""The size and type of a root volume. moto does not copy them from an instance to its image; all its images have 15 GiB.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html: the image has its instance's mappings.
"""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.amis import Ami, AmiBackend
from moto.ec2.models.instances import Instance


def take_over() -> None:
    _refuse_smaller()
    _image_as_its_instance()


def _refuse_smaller() -> None:
    """EC2 refuses a volume that is smaller than its snapshot. Wording: https://github.com/scylladb/scylladb/issues/6999."""
    plain_add = Instance.add_block_device

    def add_block_device(instance: Any, size: Any, path: str, *args: Any, **options: Any) -> None:
        image = instance.ec2_backend.amis.get(instance.image_id)
        if image and size and path == image.root_device_name and int(size) < image.ebs_snapshot.volume.size:
            snapshot = image.ebs_snapshot
            raise EC2ClientError(
                "InvalidBlockDeviceMapping",
                f"Volume of size {size}GB is smaller than snapshot '{snapshot.id}', expect size >= {snapshot.volume.size}GB",
            )
        plain_add(instance, size, path, *args, **options)

    Instance.add_block_device = add_block_device


def _image_as_its_instance() -> None:
    plain_create, plain_copy = AmiBackend.create_image, AmiBackend.copy_image
    plain_mappings = Ami.block_device_mappings

    def create_image(backend: Any, instance_id: str, *args: Any, **options: Any) -> Any:
        image = plain_create(backend, instance_id, *args, **options)
        image.root_device_name = image.instance.root_device_name  # moto's value is always /dev/sda1
        root = image.instance.block_device_mapping.get(image.root_device_name)
        if root:
            volume = backend.get_volume(root.volume_id)
            _set(image, int(volume.size), volume.volume_type or "gp2", root.delete_on_termination)
        return image

    def copy_image(backend: Any, source_image_id: str, *args: Any, **options: Any) -> Any:
        from moto.ec2.models import ec2_backends

        image = plain_copy(backend, source_image_id, *args, **options)
        regions = ec2_backends[backend.account_id]
        source = next(one.amis[source_image_id] for one in regions.values() if source_image_id in one.amis)
        if getattr(source, "lab_root", None):
            _set(image, *source.lab_root)
        return image

    def block_device_mappings(image: Any) -> list[dict[str, Any]]:
        mappings = plain_mappings.fget(image)
        if getattr(image, "lab_root", None):
            size, kind, delete = image.lab_root
            mappings[0]["Ebs"].update({"VolumeSize": size, "VolumeType": kind, "DeleteOnTermination": delete})
        return mappings

    AmiBackend.create_image, AmiBackend.copy_image = create_image, copy_image
    Ami.block_device_mappings = property(block_device_mappings)


def _set(image: Any, size: int, kind: str, delete: bool) -> None:
    image.lab_root = (size, kind, delete)
    image.ebs_snapshot.volume.size = size
