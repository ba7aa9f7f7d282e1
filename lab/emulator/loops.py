"""Loop devices over plain files. The kernel removes each when the last process closes it.

Constants and layout: include/uapi/linux/loop.h of the kernel.
"""

import errno
import fcntl
import os
import struct
import time
from contextlib import suppress
from pathlib import Path

LOOP_CTL_GET_FREE, LOOP_CONFIGURE = 0x4C82, 0x4C0A
LO_FLAGS_AUTOCLEAR = 4
# struct loop_config: descriptor, block size, then struct loop_info64, in which only the flags are set
CONFIG = struct.Struct("=II 48x4xI 64x64x32x16x 64x")
TRIES = 20
RELEASE_SECONDS = 10


class Loop:
    """A file as a block device. Raises OSError if this machine does not provide one."""

    def __init__(self, file: Path) -> None:
        with open(file, "r+b") as backing:
            self.descriptor, self.path = _bound(backing.fileno())
        self.file = file

    def release(self) -> None:
        """Closes the device and waits until no other process uses it. Everything written is in the file then."""
        os.close(self.descriptor)
        until = time.monotonic() + RELEASE_SECONDS
        while self._is_bound() and time.monotonic() < until:
            time.sleep(0.01)

    def _is_bound(self) -> bool:
        with suppress(OSError):
            name = Path("/sys/block", Path(self.path).name, "loop/backing_file").read_text().rstrip("\n")
            return name.removesuffix(" (deleted)") == str(self.file)
        return False


def _bound(file: int) -> tuple[int, str]:
    for _ in range(TRIES):
        with open("/dev/loop-control", "rb") as control:
            path = f"/dev/loop{fcntl.ioctl(control, LOOP_CTL_GET_FREE)}"
        device = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.ioctl(device, LOOP_CONFIGURE, CONFIG.pack(file, 0, LO_FLAGS_AUTOCLEAR))
            return device, path
        except OSError as error:
            os.close(device)
            if error.errno != errno.EBUSY:  # another process was faster
                raise
    raise OSError(errno.EBUSY, f"no loop device stayed free in {TRIES} tries")
