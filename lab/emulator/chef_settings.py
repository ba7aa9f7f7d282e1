"""Reads client.rb as far as this project writes it, the files in client.d beside it, and the trusted certificates.

https://github.com/chef/chef/blob/v18.8.72/lib/chef/application/client.rb (`-c`, otherwise /etc/<distribution>/client.rb, then
client.d in the same folder) and lib/chef/http/ssl_policies.rb there (each file in trusted_certs is read as one certificate; OpenSSL
uses the first in the file).
"""

import re
import ssl
from dataclasses import dataclass
from pathlib import Path

from chef_distribution import Distribution
from chef_server import Refused

SETTING = re.compile(r"""^\s*(\w+)\s+(?:"([^"]*)"|'([^']*)'|:(\w+)|(\S+))\s*(?:#.*)?$""")
CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
CONFIG_FAILURE = 43


@dataclass
class Settings:
    values: dict[str, str]
    folder: Path

    @classmethod
    def read(cls, path: str | None, distribution: Distribution) -> "Settings":
        file = Path(path or distribution.etc / "client.rb")
        if not file.exists():
            # The original prints this as a warning and continues with defaults that cannot work
            raise Refused(f"Did not find config file: {file}. Using command line options instead.")
        folder = file.resolve().parent
        files = [file, *sorted((folder / "client.d").glob("*.rb"))]
        lines = [SETTING.match(line) for each in files for line in each.read_text().splitlines()]
        return cls({m[1]: next(v for v in m.groups()[1:] if v is not None) for m in lines if m}, folder)

    def get(self, name: str, default: str) -> str:
        return self.values.get(name, default)

    def need(self, name: str) -> str:
        if not self.values.get(name):
            raise Refused(f"'{name}' is not set: expected it in client.rb", CONFIG_FAILURE)
        return self.values[name]


def trust(settings: Settings) -> ssl.SSLContext | None:
    if not settings.need("chef_server_url").startswith("https:"):
        return None
    context = ssl.create_default_context()
    if authority := settings.get("ssl_ca_file", ""):
        context.load_verify_locations(authority)
    folder = Path(settings.get("trusted_certs_dir", str(settings.folder / "trusted_certs")))
    for file in sorted([*folder.glob("*.crt"), *folder.glob("*.pem")]):
        first = CERTIFICATE.search(file.read_text())
        if not first:
            raise Refused(f"Chef::Exceptions::ConfigurationError: Error reading cert file '{file}'", CONFIG_FAILURE)
        context.load_verify_locations(cadata=first[0])
    return context
