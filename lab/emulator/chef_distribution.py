"""The two distributions of one client, as their packages lay them out: names and folders differ, nothing else.

https://github.com/chef/chef/blob/v18.8.72/chef-utils/lib/chef-utils/dist.rb, whose values Cinc replaces by its own
(https://cinc.sh/dev/distribution-guidelines/), and omnibus/package-scripts/chef/postinst there for the links in /usr/bin.
"""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Distribution:
    """`short` names the folders /opt/<short>, /etc/<short> and /var/<short>."""

    short: str
    product: str
    licensed: bool

    @property
    def client(self) -> str:
        return f"{self.short}-client"

    @property
    def etc(self) -> Path:
        return Path("/etc", self.short)

    @property
    def cache(self) -> Path:
        return Path("/var", self.short, "cache")


DISTRIBUTIONS = {
    "chef": Distribution("chef", "Chef Infra Client", licensed=True),
    "cinc": Distribution("cinc", "Cinc Client", licensed=False),
}


def current() -> Distribution:
    """That of the program which was started; /opt/<short>/bin/<short>-client says it."""
    return DISTRIBUTIONS[os.environ.get("LAB_CHEF_DISTRIBUTION", "chef")]
