"""Writes the root file system that a sandbox without a baked image boots from: the content of a minimal Debian's /etc, and no more.

Programs come from the host's /usr, overlaid with the unpacked tools, with the few files that this module adds (sudo, aws, and the
sandbox's init), and with the Chef client that client_layout.py installs.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

PASSWD = """root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
sshd:x:101:65534::/run/sshd:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
admin:x:0:0:Debian:/home/admin:/bin/bash
"""
GROUP = "root:x:0:\ndaemon:x:1:\nadm:x:4:\nsudo:x:27:admin\nshadow:x:42:\nusers:x:100:\nnogroup:x:65534:\n"
OS_RELEASE = """PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
"""
SSHD_CONFIG = """Port 22
ListenAddress 127.0.0.1
HostKey /etc/ssh/ssh_host_ed25519_key
PidFile none
UsePAM no
PasswordAuthentication no
StrictModes no
PermitRootLogin prohibit-password
UseDNS no
Subsystem sftp /usr/lib/openssh/sftp-server
SetEnv AWS_ENDPOINT_URL={endpoint}
"""
EMPTY = (
    "proc",
    "dev",
    "sys",
    "run",
    "usr",
    ".host",
    "root",
    "home/admin",
    "opt",
    "srv",
    "mnt",
    "etc/ssh",
    "etc/ssl/certs",
    "etc/ssl/private",
    "var/lib/cloud",
    "var/log",
    "var/cache",
    "var/spool",
    "var/backups",
)
LINKS = {"bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib", "lib64": "usr/lib64", "var/run": "/run"}


# Path of the emulator's virtual environment in instances. It differs from the path on the host, which an instance may clean up
VENV = "/usr/lib/lab/venv"
# The same as in boot.sh
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def interpreter_folders() -> dict[str, str]:
    """The host folders of the emulator's own Python and their paths in instances: its environment and, if outside /usr, its base."""
    base = os.path.realpath(sys.base_prefix)
    outside_usr = {} if (base + "/").startswith("/usr/") else {base: base}
    return {sys.prefix: VENV, **outside_usr}


def write_base_root(base: Path, endpoint: str) -> None:
    for folder in EMPTY:
        (base / folder).mkdir(parents=True, exist_ok=True)
    for folder in ("tmp", "var/tmp"):
        (base / folder).mkdir()
        (base / folder).chmod(0o1777)
    (base / "root").chmod(0o700)
    for name, target in LINKS.items():
        (base / name).symlink_to(target)
    for folder in interpreter_folders().values():
        if folder != VENV:
            (base / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
    _write_etc(base / "etc", endpoint)
    # ohai recognizes an EC2 instance by this file: https://github.com/chef/ohai/blob/v18.2.8/lib/ohai/plugins/ec2.rb
    vendor = base / "sys/class/dmi/id/bios_vendor"
    vendor.parent.mkdir(parents=True)
    vendor.write_text("Amazon EC2\n")


def _write_etc(etc: Path, endpoint: str) -> None:
    files = {
        "passwd": PASSWD,
        "group": GROUP,
        "os-release": OS_RELEASE,
        "debian_version": "12.0\n",
        "fstab": "",
        "hosts": "127.0.0.1 localhost\n::1 localhost\n",
        "hostname": "localhost\n",
        "machine-id": "",
        "nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files\n",
        "shells": "/bin/sh\n/bin/bash\n",
        "resolv.conf": "",
        "ssh/sshd_config": SSHD_CONFIG.format(endpoint=endpoint),
        "shadow": "root:*:19000:0:99999:7:::\nadmin:*:19000:0:99999:7:::\n",
    }
    for name, text in files.items():
        (etc / name).write_text(text)
    (etc / "shadow").chmod(0o640)
    for name in ("ld.so.cache", "ld.so.conf", "localtime", "ssl/openssl.cnf", "ssl/certs/ca-certificates.crt"):
        if Path("/etc", name).is_file():
            shutil.copy(Path("/etc", name), etc / name)
    for name in ("ld.so.conf.d", "alternatives"):
        if Path("/etc", name).is_dir():
            shutil.copytree(Path("/etc", name), etc / name, symlinks=True)


def write_base_usr(usr: Path) -> None:
    for folder in ("bin", "lib/lab/venv", "local/bin"):
        (usr / folder).mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "inside/init.sh", usr / "lib/lab/init.sh")
    shutil.copy(HERE / "inside/sudo.sh", usr / "bin/sudo")
    _write_controller(usr)
    python = f"{VENV}/bin/python"
    write_program(usr / "local/bin/aws", f'exec {python} -EB {VENV}/bin/aws "$@"')


def _write_controller(usr: Path) -> None:
    """Installs lab_nvme.py, the NVMe controller's answers, for the instances' own Python. It must be below /usr to be visible there."""
    ask = ["python3", "-c", "import site; print(site.getsitepackages()[0])"]
    asked = subprocess.run(ask, env={"PATH": PATH}, capture_output=True, text=True)
    if asked.returncode == 0 and asked.stdout.startswith("/usr/"):
        packages = usr / Path(asked.stdout.strip()).relative_to("/usr")
        packages.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "inside/lab_nvme.py", packages / "lab_nvme.py")
        (packages / "lab_nvme.pth").write_text("import lab_nvme\n")


def write_program(path: Path, lines: str) -> None:
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)
