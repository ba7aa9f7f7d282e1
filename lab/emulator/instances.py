"""Connects moto's EC2 with sandboxes: launching boots one, an image is its frozen file tree, and terminating ends it."""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.amis import AmiBackend
from moto.ec2.models.instances import Instance, InstanceBackend
from moto.ec2.models.launch_templates import LaunchTemplate
from moto.ec2.responses import EC2Response
from moto.ec2.utils import parse_user_data

import architectures
from fleet import Fleet
from lock import LOCK
from template_versions import refuse_missing


def _profile_of(data: dict[str, Any]) -> dict[str, str]:
    """The instance profile in a launch template, as arguments for moto's association."""
    profile = data.get("IamInstanceProfile") or {}
    if profile.get("Arn"):
        return {"iam_instance_profile_arn": profile["Arn"]}
    return {"iam_instance_profile_name": profile["Name"]} if profile.get("Name") else {}


def _check_hibernation(data: dict[str, Any]) -> None:
    """Hibernation saves the memory on the root volume, which must be encrypted. EC2 checks this at launch.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html
    """
    if (data.get("HibernationOptions") or {}).get("Configured") not in (True, "true"):
        return
    volumes = [one.get("Ebs") or {} for one in data.get("BlockDeviceMappings") or []]
    if not any(volume.get("Encrypted") in (True, "true") for volume in volumes):
        raise EC2ClientError(
            "UnsupportedHibernationConfiguration", "For hibernation, the root device volume must be encrypted."
        )


def associate(backend: Any, instance: Any, profile: str | None) -> None:
    """Associates a launch configuration's profile (a name or an ARN) with an instance."""
    if profile:
        kind = "arn" if profile.startswith("arn:") else "name"
        backend.associate_iam_instance_profile(instance.id, **{f"iam_instance_profile_{kind}": profile})


def keep_to_requests() -> None:
    """Corrections of moto that apply with and without sandboxes."""
    plain_run, plain_create, plain_call = (
        InstanceBackend.run_instances,
        AmiBackend.create_image,
        EC2Response.call_action,
    )

    def run_instances(backend: Any, *args: Any, **options: Any) -> Any:
        template = (
            backend._get_template_from_args(options["launch_template"]) if options.get("launch_template") else None
        )
        if template:
            _check_hibernation(template.data)
            refuse_missing(backend, template.data)
        implied = options.get("is_instance_type_default") and template
        architectures.check(
            backend,
            template.data.get("InstanceType") if implied else options.get("instance_type"),
            args[0] if args else options.get("image_id"),
        )
        if template and template.data.get("MetadataOptions") and not options.get("metadata_options"):
            options["metadata_options"] = template.data["MetadataOptions"]
        if template and not options.get("security_group_ids"):
            # moto ignores a template's security groups if they are in its network interfaces
            interfaces = template.data.get("NetworkInterfaces") or []
            options["security_group_ids"] = [group for one in interfaces for group in one.get("Groups") or []]
        reservation = plain_run(backend, *args, **options)
        for instance in reservation.instances:
            if template and (profile := _profile_of(template.data)):
                backend.associate_iam_instance_profile(instance.id, **profile)
        return reservation

    def create_image(backend: Any, *args: Any, **options: Any) -> Any:
        wanted = options.pop("tag_specifications", None) or []
        # moto refuses tags for snapshots, which newer versions of Packer send in this call
        image_tags = [one for one in wanted if one["ResourceType"] != "snapshot"]
        image = plain_create(backend, *args, tag_specifications=image_tags, **options)
        image.root_device_type = "ebs"  # moto's value is "standard", which tools refuse as the source of a bake
        for one in wanted:
            if one["ResourceType"] == "snapshot":
                image.ebs_snapshot.add_tags({tag["Key"]: tag["Value"] for tag in one["Tags"]})
        return image

    def add_block_device(instance: Any, size: Any, path: str, snapshot: Any, *args: Any, **options: Any) -> Any:
        # A mapping with neither size nor snapshot gets those of the image, as in EC2; moto refuses it
        if not size and not snapshot:
            snapshot = instance.ec2_backend.amis[instance.image_id].ebs_snapshot
            size, snapshot = snapshot.volume.size, snapshot.id
        return plain_add(instance, size, path, snapshot, *args, **options)

    def call_action(response: Any) -> Any:
        with LOCK:
            return plain_call(response)

    def create_version(template: Any, data: dict[str, Any], description: str) -> Any:
        # moto decodes only the user data of a template's first version, and then cannot launch from a later one
        if isinstance(data.get("UserData"), str):
            data = {**data, "UserData": parse_user_data(data["UserData"])}
        return plain_version(template, data, description)

    plain_add, Instance.add_block_device = Instance.add_block_device, add_block_device
    plain_version, LaunchTemplate.create_version = LaunchTemplate.create_version, create_version
    InstanceBackend.run_instances, AmiBackend.create_image, EC2Response.call_action = (
        run_instances,
        create_image,
        call_action,
    )


def put_on(fleet: Fleet) -> None:
    """Gives every instance a sandbox in this fleet."""
    _addresses()
    Instance.lab_hibernates = False
    _starting(fleet)
    _ending(fleet)
    _imaging(fleet)


def _addresses() -> None:
    names = ("private_ip", "private_ip_address", "public_ip", "public_ip_address")
    for name in names:
        setattr(Instance, name, property(lambda instance: instance.lab_address))
    Instance.lab_address = None


def _starting(fleet: Fleet) -> None:
    plain_run, plain_start, plain_call = InstanceBackend.run_instances, Instance.start, EC2Response.call_action

    def run_instances(backend: Any, *args: Any, **options: Any) -> Any:
        reservation = plain_run(backend, *args, **options)
        for instance in reservation.instances:
            instance.lab_address = fleet.address()
            fleet.boot(instance)
        return reservation

    def start(instance: Any) -> Any:
        fleet.resume(instance.id) if instance.lab_hibernates else fleet.boot(instance)
        instance.lab_hibernates = False
        return plain_start(instance)

    def call_action(response: Any) -> Any:
        answer = plain_call(response)
        if response._get_action() == "RunInstances" and response._get_param("KeyName"):
            fleet.await_ssh(newest_instance(response.ec2_backend, response._get_param("KeyName")))
        return answer

    InstanceBackend.run_instances, Instance.start, EC2Response.call_action = run_instances, start, call_action


def newest_instance(backend: Any, key_name: str) -> str:
    """The instance that was last launched with a key pair. Packer creates a key pair for each build."""
    return [i.id for i in backend.all_instances() if i.key_name == key_name][-1]


def _ending(fleet: Fleet) -> None:
    plain_stop, plain_terminate = Instance.stop, Instance.terminate

    def stop(instance: Any) -> Any:
        fleet.hibernate(instance.id) if instance.lab_hibernates else fleet.stop(instance.id)
        return plain_stop(instance)

    def terminate(instance: Any) -> Any:
        fleet.terminate(instance.id)
        return plain_terminate(instance)

    Instance.stop, Instance.terminate = stop, terminate


def _imaging(fleet: Fleet) -> None:
    plain_create, plain_deregister = AmiBackend.create_image, AmiBackend.deregister_image

    def create_image(backend: Any, instance_id: str, *args: Any, **options: Any) -> Any:
        image = plain_create(backend, instance_id, *args, **options)
        fleet.freeze(instance_id, backend.get_instance(instance_id).image_id, image.id)
        return image

    def deregister_image(backend: Any, ami_id: str) -> None:
        plain_deregister(backend, ami_id)
        fleet.deregister(ami_id)

    AmiBackend.create_image, AmiBackend.deregister_image = create_image, deregister_image
