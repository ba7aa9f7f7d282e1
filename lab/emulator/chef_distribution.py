"""The two distributions of the client with the layout of their packages. Only names and folders differ.

https://github.com/chef/chef/blob/v18.8.72/chef-utils/lib/chef-utils/dist.rb, whose values Cinc replaces with its own
(https://cinc.sh/dev/distribution-guidelines/), and omnibus/package-scripts/chef/postinst there for the links in /usr/bin.
"""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Distribution:
    """`short` is the name in the folders /opt/<short>, /etc/<short> and /var/<short>."""

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
    """The distribution of the running program, which /opt/<short>/bin/<short>-client sets."""
    return DISTRIBUTIONS[os.environ.get("LAB_CHEF_DISTRIBUTION", "chef")]
