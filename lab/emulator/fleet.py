"""All sandboxes of an emulator: which instance runs where, from which image and with which address."""

import fcntl
import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import cloud_init
from base_root import write_base_root, write_base_usr
from client_layout import ChefClient, lay_out
from data_volumes import DataVolumes
from images import Images
from imds import serve_metadata, user_data_of
from relay import Relay
from sandbox import Ports, Sandbox

STOP_GRACE_SECONDS = 2
SSH_SECONDS = 20
LEFT_OVERS = ("instances", "images", "retired-images", "base", "base-usr", "functions", "volumes", "snapshots")


class Fleet:
    def __init__(self, run_dir: Path, tools: Path, ports: Ports, client: ChefClient) -> None:
        self.run_dir, self.tools, self.ports = run_dir, tools, ports
        self.sandboxes: dict[str, Sandbox] = {}
        self.instances: dict[str, Any] = {}
        self.addresses = (
            f"127.{x}.{y}.{z}" for x, y, z in itertools.product(range(100, 200), range(1, 255), range(1, 255))
        )
        # Boots and stops run one at a time, in the order of the requests; an API call only waits for a boot if it chooses to
        self.work = ThreadPoolExecutor(1, thread_name_prefix="fleet")
        self.relay = Relay()
        self.images = Images(run_dir)
        self.volumes = DataVolumes(run_dir)
        self.base, self.base_usr = run_dir / "base", run_dir / "base-usr"
        write_base_root(self.base, f"http://127.0.0.1:{ports.emulator}")
        write_base_usr(self.base_usr)
        self.client_folders = lay_out(client, self.base, self.base_usr)

    def address(self) -> str:
        return next(self.addresses)

    def boot(self, instance: Any) -> Future:
        key = instance.ec2_backend.key_pairs.get(instance.key_name or "")
        return self._submit(self._boot, instance, key.public_key if key else None)

    def stop(self, instance_id: str) -> None:
        """Ends the processes in an orderly way and waits. Afterwards the instance's file tree is complete."""
        self._submit(self._stop, instance_id).result()

    def hibernate(self, instance_id: str) -> None:
        """Stops every process with SIGSTOP. After it resumes, a process notices nothing but a jump of the clock."""
        self._submit(lambda: self.sandboxes[instance_id].hold()).result()

    def resume(self, instance_id: str) -> None:
        self._submit(lambda: self.sandboxes[instance_id].hold(signal.SIGCONT))

    def terminate(self, instance_id: str) -> None:
        """Kills the processes before it returns, as in an instance that EC2 reports as terminated. The file tree is removed later."""
        if sandbox := self.sandboxes.get(instance_id):
            sandbox.kill()
        self._submit(self._terminate, instance_id)

    def freeze(self, instance_id: str, parent_id: str, image_id: str) -> None:
        home = self.run_dir / "instances" / instance_id
        self._submit(self.images.freeze, home, parent_id, image_id).result()

    def copy_image(self, source_id: str, image_id: str) -> None:
        self._submit(self.images.copy, source_id, image_id).result()

    def deregister(self, image_id: str) -> None:
        self._submit(lambda: self.images.deregister(image_id, image_id in self._images_in_use())).result()

    def await_ssh(self, instance_id: str) -> None:
        """Waits until sshd listens, because Packer tries at once and waits five seconds if its first attempt is refused."""
        until = time.monotonic() + SSH_SECONDS
        while time.monotonic() < until:
            sandbox = self.sandboxes.get(instance_id)
            if sandbox and sandbox.process and sandbox.listens():
                return
            time.sleep(0.01)

    def console(self, instance_id: str) -> bytes:
        """The instance's console output, also after its end."""
        log = self.run_dir / "instances" / instance_id / "console.log"
        return log.read_bytes() if log.exists() else b""

    def end_all(self) -> None:
        """Kills everything at once. A sandbox that is just being booted dies with the emulator's process."""
        self.work.shutdown(wait=False, cancel_futures=True)
        for sandbox in list(self.sandboxes.values()):
            if process := sandbox.process:
                process.kill()
                process.wait()
                (sandbox.home / "pid").unlink(missing_ok=True)

    def _submit(self, work: Any, *args: Any) -> Future:
        def guarded() -> Any:
            try:
                return work(*args)
            except Exception:
                traceback.print_exc(file=sys.stderr)
                raise

        return self.work.submit(guarded)

    def _boot(self, instance: Any, public_key: str | None) -> None:
        home = self.run_dir / "instances" / instance.id
        if instance.id not in self.sandboxes:
            home.mkdir(parents=True)
            self.sandboxes[instance.id] = Sandbox(home, instance.lab_address, self.client_folders)
            self.instances[instance.id] = instance
            _seed(home / "upper", instance.id, user_data_of(instance), public_key)
        self.volumes.attach(instance, home)
        root_layers, image_usr = self.images.layers(instance.image_id, self.base)
        usr_layers = [*image_usr, self.base_usr, self.tools / "usr", Path("/usr")]
        self.sandboxes[instance.id].start(
            root_layers, usr_layers, self.ports, self.relay, lambda network: serve_metadata(instance, network)
        )

    def _stop(self, instance_id: str) -> None:
        self.sandboxes[instance_id].stop(STOP_GRACE_SECONDS)
        self.volumes.detach(self.instances[instance_id])

    def _terminate(self, instance_id: str) -> None:
        sandbox = self.sandboxes.pop(instance_id, None)
        instance = self.instances.pop(instance_id, None)
        if sandbox:
            sandbox.stop()
            self.volumes.detach(instance)
            sandbox.remove()
        self.images.forget_retired(self._images_in_use())

    def _images_in_use(self) -> set[str]:
        return {instance.image_id for instance in self.instances.values()}


def _seed(upper: Path, instance_id: str, user_data: bytes, public_key: str | None) -> None:
    """Does cloud-init's work: writes a host key, the key pair's public key for the administrator, and the user data."""
    host_key = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    _write(upper / "etc/ssh/ssh_host_ed25519_key", host_key)
    if public_key:
        _write(upper / "home/admin/.ssh/authorized_keys", public_key.strip().encode() + b"\n")
    _write(upper / "var/lib/cloud/data/instance-id", instance_id.encode() + b"\n")
    _lay_out(upper / "var/lib/cloud/instances" / instance_id, user_data)


def _lay_out(folder: Path, user_data: bytes) -> None:
    """cloud-init does this at boot. Here the emulator does it, because the instance's own Python may lack the parser."""
    laid = cloud_init.lay_out(user_data)
    _write(folder / "user-data.txt", user_data)
    _write(folder / "lab/words", "".join(f"cloud-init: {line}\n" for line in laid.words).encode())
    made = {
        **{f"scripts/{name}": text for name, text in laid.scripts.items()},
        **{f"boothooks/{name}": text for name, text in laid.boothooks.items()},
        "lab/bootcmd": cloud_init.shellified(laid.config.get("bootcmd", [])),
        "lab/write-files": cloud_init.writing(laid.config.get("write_files", [])),
    }
    for name, text in made.items():
        _write(folder / name, text.encode("utf-8", "surrogateescape"))
        (folder / name).chmod(0o700)
    _write(folder / "lab/order", "".join(f"{name}\n" for name in laid.boothooks).encode())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700 if path.parent.name == ".ssh" else 0o755)
    path.write_bytes(data)
    path.chmod(0o600)


def claim(run_dir: Path) -> None:
    """Locks the run's folder for this process and removes what an earlier emulator left there when it died."""
    if any(sign in str(run_dir) for sign in ":,"):
        raise SystemExit(
            f"'--run-dir' is '{run_dir}': expected a path without ':' and ',', which overlay mounts cannot name"
        )
    run_dir.mkdir(parents=True, exist_ok=True)
    lock = os.open(run_dir / "emulator.lock", os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # held until this process ends for any reason
    except OSError as error:
        raise SystemExit(
            f"'--run-dir' is '{run_dir}', where another emulator runs: end it or choose another folder"
        ) from error
    for pid_file in run_dir.glob("instances/*/pid"):
        _end_left_over(int(pid_file.read_text() or 0), pid_file.parent)
    for mount in reversed(_mounts_below(run_dir)):
        subprocess.run(["umount", "-l", mount], check=True)
    for name in LEFT_OVERS:
        if (run_dir / name).exists():
            shutil.rmtree(run_dir / name)


def _end_left_over(pid: int, home: Path) -> None:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return
    if str(home).encode() in command:  # and not another process that reuses the id
        os.kill(pid, signal.SIGKILL)


def _mounts_below(run_dir: Path) -> list[str]:
    points = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    return [point for point in points if point.startswith(f"{run_dir}/")]
