"""The one public image that the emulator offers to bake from, as moto's list of images describes it."""

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
