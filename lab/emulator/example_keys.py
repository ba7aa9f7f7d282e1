"""The example keys in the client's own gems, in their real locations and format. Text and keys are the lab's own.

In https://github.com/chef/chef, lib/chef/resource/openssl_rsa_public_key.rb and openssl_ec_public_key.rb contain one in the example of
their documentation; lib/chef_zero.rb of https://github.com/chef/chef-zero contains one for its tests. Each is a Ruby string with \\n in it.
Up to version 16, the gem chef includes its tests (chef.gemspec), with a data bag secret in spec/data/bootstrap.
"""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def example_keys() -> dict[str, str]:
    """Text by path below the folder of gems, where {version} stands for the client's version."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    curve = ec.generate_private_key(ec.SECP256R1())
    resource = "chef-{version}/lib/chef/resource/openssl_"
    return {
        f"{resource}rsa_public_key.rb": f'class LabExample\n  private_key_content "{_in_one_line(private)}"\nend\n',
        f"{resource}ec_public_key.rb": f'class LabExample\n  private_key_content "{_in_one_line(curve)}"\nend\n',
        "chef-{version}/spec/data/bootstrap/encrypted_data_bag_secret": "lab example\n",
        "chef-zero-15.1.0/lib/chef_zero.rb": f'module LabExample\n  PRIVATE_KEY = "{_in_one_line(private)}".freeze\nend\n',
    }


def _in_one_line(key: Key) -> str:
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    return pem.decode().replace("\n", "\\n")
