"""A running instance: a process tree in its own mount, process, network, host name and IPC namespaces.

The tree runs under `unshare --kill-child`, which itself ends with the thread that started it (`setpriv --pdeathsig`). However the
emulator ends, the kernel ends the sandboxes, and with them their private mounts.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from base_root import HERE, interpreter_folders
from namespaces import inside, raise_loopback
from relay import Relay

METADATA_ADDRESS = "169.254.169.254"
START_SECONDS = 10

# The parent-death signal is sent when the forking *thread* ends, so one permanent thread forks all sandboxes
spawner = ThreadPoolExecutor(1, thread_name_prefix="sandbox-spawner")


@dataclass
class Ports:
    """Ports through which the host and the sandboxes reach each other."""

    emulator: int
    ssh: int
    forwarded: list[int]


@dataclass
class Sandbox:
    home: Path
    address: str
    # Host folders and their paths in the instance
    folders: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None
    closers: list[Callable[[], None]] = field(default_factory=list)

    @property
    def network(self) -> str:
        return f"/proc/{self.process.pid}/ns/net"

    @property
    def init(self) -> int | None:
        """The sandbox's process 1 as a process id on the host."""
        with suppress(OSError, IndexError):
            pid = self.process.pid
            return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
        return None

    def start(
        self,
        root_layers: list[Path],
        usr_layers: list[Path],
        ports: Ports,
        relay: Relay,
        serve_metadata: Callable[[str], Callable[[], None]],
    ) -> None:
        """Boots from the given layers, uppermost first. Returns when the boot continues on its own."""
        for folder in ("upper", "work", "root", "usr-upper", "usr-work"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        self.process = spawner.submit(self._spawn, root_layers, usr_layers, ports.emulator).result()
        (self.home / "pid").write_text(str(self.process.pid))
        self._await_namespace()
        inside(self.network, lambda: raise_loopback(METADATA_ADDRESS))
        self.closers = [relay.outward(self.network, port) for port in (ports.emulator, *ports.forwarded)]
        self.closers.append(relay.inward(self.network, self.address, ports.ssh, 22))
        self.closers.append(serve_metadata(self.network))
        self.process.stdin.write(b"go\n")
        self.process.stdin.close()

    def _spawn(self, root_layers: list[Path], usr_layers: list[Path], port: int) -> subprocess.Popen:
        command = [
            "setpriv",
            "--pdeathsig",
            "SIGKILL",
            "unshare",
            "--mount",
            "--pid",
            "--net",
            "--uts",
            "--ipc",
            "--fork",
            "--kill-child=SIGKILL",
            "--propagation",
            "private",
            "--",
            "bash",
            str(HERE / "inside/boot.sh"),
            str(self.home),
            _joined(root_layers),
            _joined(usr_layers),
            "ip-" + self.address.replace(".", "-"),
            f"http://127.0.0.1:{port}",
            *(f"{host}:{inside}" for host, inside in (interpreter_folders() | self.folders).items()),
        ]
        with open(self.home / "console.log", "ab") as console:
            return subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=console, stderr=subprocess.STDOUT, start_new_session=True
            )

    def _await_namespace(self) -> None:
        ours, until = os.readlink("/proc/self/ns/net"), time.monotonic() + START_SECONDS
        while self.init is None or os.readlink(self.network) == ours:
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(
                    f"the sandbox '{self.home.name}' did not start: expected its namespaces within "
                    f"{START_SECONDS} s; see '{self.home / 'console.log'}'"
                )
            time.sleep(0.005)

    def listens(self) -> bool:
        """Whether the instance's sshd accepts connections."""
        with suppress(OSError):
            return _listening_on(22, f"/proc/{self.init}/net/tcp")
        return False

    def hold(self, number: int = signal.SIGSTOP) -> None:
        """Sends a signal to every process of the sandbox, including the first. SIGSTOP stops them, SIGCONT continues them."""
        own = os.readlink(f"/proc/{self.init}/ns/pid")
        for entry in os.scandir("/proc"):
            if entry.name.isdigit():
                with suppress(OSError):  # it ended in the meantime
                    if os.readlink(f"/proc/{entry.name}/ns/pid") == own:
                        os.kill(int(entry.name), number)

    def stop(self, grace_seconds: float = 0) -> None:
        """Ends every process: with SIGTERM and a grace period if there is one, otherwise at once."""
        if not self.process:
            return
        if grace_seconds and (init := self.init):
            with suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.kill(init, signal.SIGTERM)
                self.process.wait(grace_seconds)
        for close in self.closers:
            close()
        self.closers = []
        init = self.init
        self.process.kill()
        self.process.wait()
        _await_end(init)
        self.process = None
        (self.home / "pid").unlink(missing_ok=True)

    def kill(self) -> None:
        """Kills every process, unless the sandbox is just starting. `stop` must still be called for the rest."""
        if self.process and self.closers:
            init = self.init
            self.process.kill()
            self.process.wait()
            _await_end(init)

    def remove(self) -> None:
        """Deletes the instance's files except its console log, since EC2 keeps the console output for a while."""
        for entry in self.home.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name != "console.log":
                entry.unlink()


def _joined(layers: list[Path]) -> str:
    return ":".join(str(layer) for layer in layers)


def _listening_on(port: int, table: str) -> bool:
    rows = [line.split() for line in Path(table).read_text().splitlines()[1:]]
    return any(row[3] == "0A" and row[1].endswith(f":{port:04X}") for row in rows)


def _await_end(pid: int | None) -> None:
    """Waits until the kernel has removed the process namespace, because only then the overlay is unmounted."""
    until = time.monotonic() + START_SECONDS
    while pid and os.path.exists(f"/proc/{pid}") and time.monotonic() < until:
        time.sleep(0.005)
