"""Whether Chef's license is accepted, with the rules of the gem license-acceptance.

https://github.com/chef/license-acceptance/blob/v2.1.13/components/ruby/lib/license_acceptance/acceptor.rb: it checks the
configuration, the environment and the argument. Earlier acceptance is stored in files. Any other value, including an empty one
in the environment, is not recognized.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

NOT_ACCEPTED = 172
FILES = Path("/etc/chef/accepted_licenses")
PRODUCTS = {"chef_infra_client": "infra-client", "inspec": "inspec"}
ACCEPT, SILENT, NO_PERSIST = "accept", "accept-silent", "accept-no-persist"


def is_accepted(product: str, version: str, *answers: str | None) -> bool:
    """`answers` are the values from the configuration and the command line. The environment variable is read here."""
    given = [answer for answer in (*answers, os.environ.get("CHEF_LICENSE")) if answer is not None]
    known = {answer.lower() for answer in given}
    if NO_PERSIST in known:
        return True
    missing = [name for name in PRODUCTS if not (FILES / name).exists()]
    if not missing:
        return True
    if known & {ACCEPT, SILENT}:
        _persist(missing, version)
        return True
    if given:
        expected = ", ".join(f"'{value}'" for value in (ACCEPT, SILENT, NO_PERSIST))
        print(f"ERROR: Unrecognized license acceptance value '{given[0]}', expected one of: {expected}")
    print(f"{product} cannot execute without accepting the license")
    return False


def _persist(missing: list[str], version: str) -> None:
    FILES.mkdir(parents=True, exist_ok=True)
    for name in missing:
        date = datetime.now(UTC).isoformat(timespec="seconds")
        text = f"---\nid: {PRODUCTS[name]}\ndate_accepted: '{date}'\naccepting_product_version: {version}\nuser: root\n"
        (FILES / name).write_text(f"{text}file_format: 1\n")
