"""The lab's AWS: moto's server with the parts that moto only stores made to work, and instances that really run.

    main.py --port P --run-dir DIR --tools DIR --ssh-port S --forward PORT --metric-seconds N --tick N

Prints `ready` when it accepts requests. Ends on SIGTERM or SIGINT with every sandbox. The sandboxes also end if it
is killed.
"""

import argparse
import json
import os
import shutil
from pathlib import Path

from base_image import ARM_IMAGE, BASE_IMAGE, DEPRECATED_IMAGE

NEEDED_PROGRAMS = ("unshare", "setpriv", "mount", "umount", "bash", "node")
NEEDED_TOOLS = ("usr/sbin/sshd", "usr/lib/openssh/sftp-server")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True, help="port of the AWS API on 127.0.0.1")
    parser.add_argument("--run-dir", type=Path, required=True, help="folder of this run; what it has is replaced")
    parser.add_argument("--tools", type=Path, help="folder of the unpacked Debian packages; needed for sandboxes")
    parser.add_argument("--ssh-port", type=int, help="port at which each instance's address answers SSH on the host")
    parser.add_argument(
        "--forward",
        type=int,
        action="append",
        default=[],
        metavar="PORT",
        help="a port of the host's 127.0.0.1 that instances may reach; may be repeated",
    )
    parser.add_argument("--metric-seconds", type=float, default=5, help="between two CPU datapoints (default 5)")
    parser.add_argument("--tick", type=float, default=0.5, help="seconds between evaluations of alarms (default 0.5)")
    parser.add_argument(
        "--tracking-period",
        type=int,
        default=60,
        help="period in seconds of the alarms that target tracking makes (default 60)",
    )
    parser.add_argument(
        "--minute",
        type=float,
        help="seconds that a minute takes for alarms and schedules (default 10 with sandboxes, 60 with records)",
    )
    parser.add_argument(
        "--hook-minute",
        type=float,
        default=60.0,
        help="seconds that a minute of lifecycle hooks' timeouts takes (default 60)",
    )
    parser.add_argument(
        "--no-launch-configurations",
        action="store_true",
        help="refuse to create launch configurations, as AWS does in accounts opened since October 2024",
    )
    parser.add_argument(
        "--instances",
        choices=("sandboxes", "records"),
        default="sandboxes",
        help="records: instances are entries only and nothing runs in them; needs no root",
    )
    parser.add_argument(
        "--chef-client",
        default="cinc",
        metavar="chef|cinc|FOLDER",
        help="the stand-in in the layout of that package, or the genuine one of a root with opt/chef or opt/cinc",
    )
    return parser.parse_args()


def check(options: argparse.Namespace) -> None:
    """Reports problems that would otherwise fail at the first instance, with a solution for each."""
    if options.instances == "records":
        return
    problems = []
    if os.geteuid() != 0:
        problems.append(f"user id is '{os.geteuid()}', expected 0: run it with sudo, or with '--instances records'")
    if options.tools is None or options.ssh_port is None:
        problems.append("'--tools' and '--ssh-port' are needed for sandboxes: give them, or '--instances records'")
    else:
        problems += [
            f"'--tools' is '{options.tools}', where '{name}' is missing: unpack the packages of packages.txt there"
            for name in NEEDED_TOOLS
            if not (options.tools / name).exists()
        ]
    problems += [f"program '{name}' is not on PATH: install it" for name in NEEDED_PROGRAMS if not shutil.which(name)]
    if problems:
        raise SystemExit("the emulator cannot start:\n  " + "\n  ".join(problems))


def settle(run_dir: Path, port: int) -> None:
    """Sets what moto reads from its environment when it is loaded: the base images, its own port, AWS's managed policies."""
    run_dir.mkdir(parents=True, exist_ok=True)
    images = run_dir / "base-images.json"
    images.write_text(json.dumps([BASE_IMAGE, ARM_IMAGE, DEPRECATED_IMAGE]))
    os.environ.update(MOTO_AMIS_PATH=str(images), MOTO_PORT=str(port), MOTO_IAM_LOAD_MANAGED_POLICIES="true")


def main() -> None:
    options = arguments()
    if options.minute is None:
        options.minute = 60.0 if options.instances == "records" else 10.0
    options.run_dir = options.run_dir.resolve()
    check(options)
    settle(options.run_dir, options.port)
    from service import serve  # loads moto, whose environment is set by now

    serve(options)


if __name__ == "__main__":
    main()
