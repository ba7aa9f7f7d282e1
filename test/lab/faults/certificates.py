"""Prints the certificates of certificates.ts as JSON with PEM texts."""

import datetime
import ipaddress
import json

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def pem(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {"cert": certificate.public_bytes(serialization.Encoding.PEM).decode(), "key": private.decode()}


class Authority:
    def __init__(self, name: str) -> None:
        self.name, self.key = named(name), ec.generate_private_key(ec.SECP256R1())
        builder = self.builder(self.name, self.key, NOW + DAY)
        self.certificate = builder.add_extension(x509.BasicConstraints(True, None), True).sign(self.key, hashes.SHA256())

    def builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, until: datetime.datetime
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key.public_key())
        serial = x509.random_serial_number()
        return builder.serial_number(serial).not_valid_before(NOW - 30 * DAY).not_valid_after(until)

    def issue(self, address: str, until: datetime.datetime = NOW + DAY) -> dict[str, str]:
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        builder = self.builder(named("chef"), key, until).add_extension(names, False)
        return pem(builder.sign(self.key, hashes.SHA256()), key)


own, strange = Authority("lab CA"), Authority("nobody's CA")
print(
    json.dumps(
        {
            "good": own.issue("127.0.0.1"),
            "expired": own.issue("127.0.0.1", NOW - DAY),
            "foreign": own.issue("192.0.2.1"),
            "unknown": strange.issue("127.0.0.1"),
            "caPem": pem(own.certificate, own.key)["cert"],
        }
    )
)
