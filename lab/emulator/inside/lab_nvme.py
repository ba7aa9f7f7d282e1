"""Identify data of EC2's NVMe devices. An instance's own Python loads this, so that ioctl finds a controller behind a loop device.

Layout of the command and the kernel's errors: linux/nvme_ioctl.h, and nvme_user_cmd in drivers/nvme/host/ioctl.c (flags: since
63088ec7c8ea). Data of the controller: Identify Controller in the NVMe base specification, and ebsnvme-id in amazon-ec2-utils.
"""

import ctypes
import errno
import fcntl
import os

NVME_IOCTL_ADMIN_CMD = 0xC0484E41
IDENTIFY, CONTROLLER, DATA_BYTES = 0x06, 0x01, 4096
INVALID_OPCODE, INVALID_FIELD = 0x4001, 0x4002
AMAZON = 0x1D0F
plain_ioctl = fcntl.ioctl


class PassthruCommand(ctypes.Structure):
    _fields_ = [
        ("opcode", ctypes.c_uint8),
        ("flags", ctypes.c_uint8),
        ("rsvd1", ctypes.c_uint16),
        *((name, ctypes.c_uint32) for name in ("nsid", "cdw2", "cdw3")),
        *((name, ctypes.c_uint64) for name in ("metadata", "addr")),
        *((name, ctypes.c_uint32) for name in ("metadata_len", "data_len")),
        *((f"cdw{number}", ctypes.c_uint32) for number in range(10, 16)),
        *((name, ctypes.c_uint32) for name in ("timeout_ms", "result")),
    ]


def ioctl(device, request, arg=0, mutate_flag=True):
    if request != NVME_IOCTL_ADMIN_CMD:
        return plain_ioctl(device, request, arg, mutate_flag)
    called, volume = _volume_of(device)
    command = _command(arg)
    if command.flags:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    status = _status(command)
    if status == 0:
        ctypes.memmove(command.addr, _identity(called, volume), DATA_BYTES)
    return bytes(command) if status == 0 and isinstance(arg, bytes) else status


def _status(command):
    if command.opcode != IDENTIFY:
        return INVALID_OPCODE
    if command.cdw10 & 0xFF != CONTROLLER or command.data_len != DATA_BYTES:
        return INVALID_FIELD
    if not command.addr:
        raise OSError(errno.EFAULT, os.strerror(errno.EFAULT))
    return 0


def _volume_of(device):
    number = device if isinstance(device, int) else device.fileno()
    name = os.path.basename(os.readlink(f"/proc/self/fd/{number}"))
    with open("/run/lab-devices") as devices:
        for line in devices:
            _, own_name, called, volume = line.split()
            if own_name == name and name.startswith("nvme"):
                return called, volume
    raise OSError(errno.ENOTTY, os.strerror(errno.ENOTTY))


def _command(arg):
    given = bytes(arg) if not isinstance(arg, int) else ctypes.string_at(arg, ctypes.sizeof(PassthruCommand))
    if len(given) != ctypes.sizeof(PassthruCommand):
        raise OSError(errno.EFAULT, os.strerror(errno.EFAULT))
    return PassthruCommand.from_buffer_copy(given)


def _identity(called, volume):
    said = bytearray(DATA_BYTES)
    said[0:4] = AMAZON.to_bytes(2, "little") * 2
    said[4:24] = volume.replace("-", "").encode().ljust(20)
    said[24:64] = b"Amazon Elastic Block Store".ljust(40)
    said[3072:3104] = called.encode().ljust(32)
    return bytes(said)


fcntl.ioctl = ioctl
