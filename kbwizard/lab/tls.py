"""The lab's own certificate authority, and certificates of a concentrator: good and bad ones.

Kept beside the state file, so that a fingerprint that was pinned survives a restart. Nothing
here protects anything: the keys belong to a network that does not exist.
"""

from __future__ import annotations

import hashlib
import os
import ssl
from datetime import datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

VARIANTS = ("good", "wrong_name", "expired")
ANONYMOUS = "anonymous"
"""No certificate at all: what a router offers before anyone gives its service one."""
BAD = ("wrong_name", "expired", ANONYMOUS)
CA_FILE = "lab-ca.pem"
YEARS = timedelta(days=3650)


def prepare(folder: Path, name: str, now: datetime) -> None:
    """Write the authority and every variant for this device, unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    if all((folder / f"{name}-{variant}.pem").exists() for variant in VARIANTS):
        return
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca_name = _name("Autoridade do laboratorio")
    ca = (
        _builder(ca_name, ca_name, ca_key.public_key(), now - timedelta(days=1), now + YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(is_ca=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), False)
        .sign(ca_key, hashes.SHA256())
    )
    for variant in VARIANTS:
        _write_server(folder / f"{name}-{variant}.pem", name, variant, now, ca_key, ca)
    (folder / CA_FILE).write_bytes(ca.public_bytes(serialization.Encoding.PEM))


def _write_server(
    file: Path,
    name: str,
    variant: str,
    now: datetime,
    ca_key: ec.EllipticCurvePrivateKey,
    ca: x509.Certificate,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    host = f"{name}.lab" if variant != "wrong_name" else "outro.lab"
    ends = now - timedelta(days=2) if variant == "expired" else now + YEARS
    names: list[x509.GeneralName] = [x509.DNSName(host)]
    if variant != "wrong_name":
        names += [x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]
    certificate = (
        _builder(_name(host), ca.subject, key.public_key(), now - timedelta(days=9), ends)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(is_ca=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), False
        )
        .sign(ca_key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(private + certificate.public_bytes(serialization.Encoding.PEM))


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    begins: datetime,
    ends: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def _key_usage(*, is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_ca,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def context(folder: Path, name: str, variant: str = "good") -> ssl.SSLContext:
    """A server context that presents this variant."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    present(made, folder, name, variant)
    return made


def present(made: ssl.SSLContext, folder: Path, name: str, variant: str) -> None:
    """From the next handshake on, show this variant."""
    if variant == ANONYMOUS:
        made.maximum_version = ssl.TLSVersion.TLSv1_2
        made.set_ciphers("AECDH:@SECLEVEL=0")
        return
    made.maximum_version = ssl.TLSVersion.MAXIMUM_SUPPORTED
    made.set_ciphers("DEFAULT")
    made.load_cert_chain(folder / f"{name}-{variant}.pem")


def fingerprint(folder: Path, name: str) -> str:
    """SHA-256 of the good certificate, in lower-case hex."""
    pem = (folder / f"{name}-good.pem").read_bytes()
    certificate = x509.load_pem_x509_certificate(pem)
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()
