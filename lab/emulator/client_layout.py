"""Installs the Chef client on an instance with the layout of Chef's or Cinc's package: the stand-in or a genuine client.

Both packages have /opt/<short> with bin/ and embedded/, and links in /usr/bin. Cinc's package also links chef-client to a wrapper that
prints a notice and runs cinc-client. https://github.com/chef/chef/blob/v18.8.72/omnibus/package-scripts/chef/postinst (folders in /etc,
links), https://gitlab.com/cinc-project/distribution/client (the wrapper; its tests show what it prints).
"""

import shutil
from hashlib import md5
from pathlib import Path

from base_root import HERE, VENV, write_program
from chef_distribution import DISTRIBUTIONS
from chef_server import VERSION
from example_keys import example_keys

STAND_IN = sorted(path.name for path in HERE.glob("chef_*.py"))
ETC_FOLDERS = ("accepted_licenses", "client.d", "ohai/plugins", "trusted_certs")
# `chef` or `cinc` for the stand-in in that layout, otherwise the root of a genuine client with opt/chef or opt/cinc in it
ChefClient = str


def lay_out(client: ChefClient, base: Path, usr: Path) -> dict[str, str]:
    """Writes the client into an instance's base. Returns host folders with their paths in instances, where they are read-only."""
    short = client if client in DISTRIBUTIONS else _distribution_of(Path(client))
    opt = base / "opt" / short
    opt.mkdir(parents=True)
    for folder in ETC_FOLDERS:
        (base / "etc" / short / folder).mkdir(parents=True)
    _link(usr / "bin", short)
    if client not in DISTRIBUTIONS:
        genuine = Path(client, "opt", short).resolve()
        _register(genuine, short, base / "var/lib/dpkg/info")
        return {str(genuine): f"/opt/{short}"}
    for name in STAND_IN:
        shutil.copy(HERE / name, usr / "lib/lab" / name)
    _stand_in(opt, short)
    return {}


def _distribution_of(root: Path) -> str:
    for short, distribution in DISTRIBUTIONS.items():
        if (root / "opt" / short / "bin" / distribution.client).exists():
            return short
    raise SystemExit(f"'--chef-client' is '{root}', expected chef, cinc, or a root with opt/chef or opt/cinc in it")


def _link(bin_folder: Path, short: str) -> None:
    (bin_folder / f"{short}-client").symlink_to(f"/opt/{short}/bin/{short}-client")
    if short == "cinc":
        (bin_folder / "chef-client").symlink_to("/opt/cinc/bin/cinc-wrapper")


def _register(folder: Path, short: str, info: Path) -> None:
    """Lists the files as dpkg does for an installed package. Chef's packages list all files (chef/omnibus, packagers/deb.rb: md5sums)."""
    info.mkdir(parents=True, exist_ok=True)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    lines = [f"{md5(path.read_bytes()).hexdigest()}  opt/{short}/{path.relative_to(folder)}\n" for path in files]
    (info / f"{short}.md5sums").write_text("".join(lines))


def _stand_in(opt: Path, short: str) -> None:
    (opt / "bin").mkdir()
    run = f'LAB_CHEF_DISTRIBUTION={short} exec {VENV}/bin/python -EB /usr/lib/lab/chef_client.py "$@"'
    write_program(opt / "bin" / f"{short}-client", run)
    if short == "cinc":
        write_program(opt / "bin/cinc-wrapper", 'echo "Redirecting to cinc-client..."\nexec /opt/cinc/bin/cinc-client "$@"')
    for name, text in example_keys().items():
        file = opt / "embedded/lib/ruby/gems/3.1.0/gems" / name.format(version=VERSION)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
