"""The public images of the emulator in the format of moto's list: one for each architecture, and a deprecated one.

An instance of the arm64 image nevertheless runs this machine's own binaries.
"""

BASE_IMAGE = {
    "ami_id": "ami-0deb1200000000001",
    "name": "debian-12-amd64-20261101-2289",
    "description": "Debian 12 (20261101-2289)",
    "owner_id": "136693071363",
    "public": True,
    "state": "available",
    "architecture": "x86_64",
    "virtualization_type": "hvm",
    "hypervisor": "xen",
    "image_type": "machine",
    "image_location": "amazon/debian-12-amd64-20261101-2289",
    "root_device_name": "/dev/xvda",
    "root_device_type": "ebs",
    "sriov": "simple",
    "creation_date": "2026-11-01T00:00:00.000Z",
}

ARM_IMAGE = {
    **BASE_IMAGE,
    "ami_id": "ami-0deb1200000000064",
    "name": "debian-12-arm64-20261101-2289",
    "architecture": "arm64",
    "image_location": "amazon/debian-12-arm64-20261101-2289",
}

DEPRECATED_IMAGE = {
    **BASE_IMAGE,
    "ami_id": "ami-0deb1100000000001",
    "name": "debian-11-amd64-20240101-1612",
    "description": "Debian 11 (20240101-1612)",
    "image_location": "amazon/debian-11-amd64-20240101-1612",
    "creation_date": "2024-01-01T00:00:00.000Z",
}
DEPRECATION_TIME = "2026-01-01T00:00:00.000Z"
