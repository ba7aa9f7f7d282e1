"""The content of volumes other than root volumes: each is a file in this run's folder, and a block device while it is attached.

https://docs.aws.amazon.com/ebs/latest/userguide/nvme-ebs-volumes.html: Nitro shows volumes as NVMe devices, not in the order of the
mapping. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html: on Xen, /dev/sdf is called /dev/xvdf.
"""

import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moto.ec2.models.elastic_block_store import EBSBackend
from moto.ec2.models.instance_types import INSTANCE_TYPES

from loops import Loop

GIB = 1024**3
MOTOS_ROOT = "/dev/sda1"  # moto's root device for every instance, whatever the image's is


@dataclass
class Attached:
    volume_id: str
    loop: Loop


class DataVolumes:
    def __init__(self, run_dir: Path) -> None:
        self.volumes, self.snapshots = run_dir / "volumes", run_dir / "snapshots"
        for folder in (self.volumes, self.snapshots):
            folder.mkdir(parents=True)
        self.attached: dict[str, list[Attached]] = {}

    def attach(self, instance: Any, home: Path) -> None:
        """Creates devices for an instance before it boots and lists them in the file `devices`: NODE NAME NAME_AT_EC2 VOLUME."""
        lines = []
        self.attached[instance.id] = []
        for name, called, volume in _named(instance):
            try:
                loop = Loop(self._file(volume))
            except OSError as error:
                print(f"this machine lends no block device, so the volume '{called}' is not attached: {error}", flush=True)
                continue
            self.attached[instance.id].append(Attached(volume.id, loop))
            lines.append(f"{loop.path} {name} {called} {volume.id}\n")
        (home / "devices").write_text("".join(lines))

    def detach(self, instance: Any) -> None:
        """Removes the devices of an instance in which nothing runs any more."""
        for one in self.attached.pop(instance.id, []):
            one.loop.release()
            if one.volume_id not in instance.ec2_backend.volumes:
                self.delete(one.volume_id)

    def delete(self, volume_id: str) -> None:
        (self.volumes / volume_id).unlink(missing_ok=True)

    def keep(self, volume_id: str, snapshot_id: str) -> None:
        """Saves the volume's content in a snapshot. As with EBS, data that a file system still caches is not included."""
        with suppress(FileNotFoundError):
            _copy(self.volumes / volume_id, self.snapshots / snapshot_id)

    def copy_snapshot(self, source_id: str, snapshot_id: str) -> None:
        with suppress(FileNotFoundError):
            _copy(self.snapshots / source_id, self.snapshots / snapshot_id)

    def _file(self, volume: Any) -> Path:
        file = self.volumes / volume.id
        if not file.exists():
            kept = self.snapshots / str(volume.snapshot_id)
            if kept.exists():
                _copy(kept, file)
            file.touch()
            os.truncate(file, int(volume.size) * GIB)
        return file


def take_over(volumes: DataVolumes) -> None:
    """Makes snapshots contain the volume's content, and removes the file of a deleted volume."""
    plain_delete, plain_create, plain_copy = (
        EBSBackend.delete_volume,
        EBSBackend.create_snapshot,
        EBSBackend.copy_snapshot,
    )

    def delete_volume(backend: Any, volume_id: str) -> Any:
        deleted = plain_delete(backend, volume_id)
        volumes.delete(volume_id)
        return deleted

    def create_snapshot(backend: Any, volume_id: str, *args: Any, **options: Any) -> Any:
        snapshot = plain_create(backend, volume_id, *args, **options)
        volumes.keep(volume_id, snapshot.id)
        return snapshot

    def copy_snapshot(backend: Any, source_snapshot_id: str, *args: Any, **options: Any) -> Any:
        snapshot = plain_copy(backend, source_snapshot_id, *args, **options)
        volumes.copy_snapshot(source_snapshot_id, snapshot.id)
        return snapshot

    EBSBackend.delete_volume, EBSBackend.create_snapshot, EBSBackend.copy_snapshot = (
        delete_volume,
        create_snapshot,
        copy_snapshot,
    )


def _named(instance: Any) -> list[tuple[str, str, Any]]:
    """Name in the instance, name at EC2, and volume. NVMe devices are in reverse order, so that no program can rely on their numbers."""
    roots = {instance.root_device_name, MOTOS_ROOT}
    mapping = [(called, block) for called, block in instance.get_block_device_mapping if called not in roots]
    found = [(called, instance.ec2_backend.get_volume(block.volume_id)) for called, block in mapping]
    if _has_nvme(instance.instance_type):
        return [(f"nvme{len(found) - n}n1", called, volume) for n, (called, volume) in enumerate(found)]
    return [(called.removeprefix("/dev/").replace("sd", "xvd", 1), called, volume) for called, volume in found]


def _has_nvme(instance_type: str) -> bool:
    known = INSTANCE_TYPES.get(instance_type, {})
    return known.get("Hypervisor") != "xen" or bool(known.get("BareMetal"))


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        raise FileNotFoundError(source)
    subprocess.run(["cp", "--sparse=always", str(source), str(target)], check=True)
