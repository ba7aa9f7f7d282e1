"""IOPS and throughput of an instance's volumes at launch. moto drops them, and then cannot launch io1 and io2 volumes at all.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EbsBlockDevice.html
"""

from contextvars import ContextVar
from typing import Any

from moto.ec2.models.elastic_block_store import EBSBackend
from moto.ec2.models.instances import Instance, InstanceBackend

mappings: ContextVar[list[dict[str, Any]]] = ContextVar("mappings", default=[])
current: ContextVar[dict[str, Any]] = ContextVar("current", default={})


def take_over() -> None:
    plain_run, plain_add, plain_create = (
        InstanceBackend.run_instances,
        Instance.add_block_device,
        EBSBackend.create_volume,
    )

    def run_instances(backend: Any, *args: Any, **options: Any) -> Any:
        mappings.set(_mappings(backend, options))
        return plain_run(backend, *args, **options)

    def add_block_device(instance: Any, size: Any, path: str, *args: Any, **options: Any) -> Any:
        said = [one.get("Ebs") or {} for one in mappings.get() if one.get("DeviceName") == path]
        token = current.set(said[0] if said else {})
        try:
            return plain_add(instance, size, path, *args, **options)
        finally:
            current.reset(token)

    def create_volume(backend: Any, *args: Any, **options: Any) -> Any:
        figures = {name: int(current.get()[key]) for name, key in FIGURES.items() if current.get().get(key)}
        return plain_create(backend, *args, **{**options, **figures})

    InstanceBackend.run_instances, Instance.add_block_device, EBSBackend.create_volume = (
        run_instances,
        add_block_device,
        create_volume,
    )


FIGURES = {"iops": "Iops", "throughput": "Throughput"}


def _mappings(backend: Any, options: dict[str, Any]) -> list[dict[str, Any]]:
    """The mappings of the launch, with moto's precedence."""
    if "block_device_mappings" in options:
        return options["block_device_mappings"] or []
    if options.get("launch_template"):
        return backend._get_template_from_args(options["launch_template"]).data.get("BlockDeviceMappings") or []
    if options.get("launch_config"):
        return options["launch_config"].block_device_mapping_dict or []
    return []
