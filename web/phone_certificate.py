"""An own authority and a certificate for the phones of squads, where no other authority can be reached.

The authority may speak for private networks and for the names it was made for, and for nothing else: a phone that
trusts it trusts it with no page of the internet (RFC 5280, 4.2.1.10). Keys are readable by their owner alone.
"""

import ipaddress
import secrets
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from planner.files import write_whole

FOLDER = "tls"
AUTHORITY_DAYS = 5 * 365
SERVER_DAYS = 397  # phones refuse certificates that hold longer than 398 days, whoever signed them
EARLIER = timedelta(hours=24)  # clocks of phones without a network are off
NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10")
Key = ec.EllipticCurvePrivateKey
_PEM = serialization.Encoding.PEM


class BadCertificate(Exception):
    """Files that cannot serve phones; the words say what would be right."""


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """Where authority and certificate lie."""

    folder: Path

    @property
    def authority(self) -> Path:
        """What phones are given to trust; no secret."""
        return self.folder / "authority.crt"

    @property
    def authority_key(self) -> Path:
        """What signs certificates."""
        return self.folder / "authority.key"

    @property
    def certificate(self) -> Path:
        """The certificate that the listener shows."""
        return self.folder / "server.crt"

    @property
    def key(self) -> Path:
        """Its key."""
        return self.folder / "server.key"


def files_in(data: Path) -> CertificateFiles:
    """The files within a data folder."""
    return CertificateFiles(data / FOLDER)


@dataclass(frozen=True, slots=True)
class Made:
    """What a certificate says: its names, its last moment (UTC), and the fingerprint (SHA-256) of its authority."""

    names: tuple[str, ...]
    until: datetime
    authority_until: datetime
    fingerprint: str


def make_certificate(files: CertificateFiles, names: tuple[str, ...], now: datetime | None = None) -> Made:
    """A certificate for the names (host names or addresses), signed by the own authority, which is made where it lacks.

    Raises BadCertificate where the authority that is there may not speak for a name, is over, or lacks its key.
    """
    now = now or datetime.now(UTC)
    files.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not files.authority.exists():
        _make_authority(files, names, now)
    authority, key = _authority(files, now)
    faults = [name for name in names if not _may_name(authority, name)]
    if faults:
        raise BadCertificate(
            f"the authority in {files.folder} may not speak for {', '.join(faults)}: move the folder away to "
            "have a new one made, which phones must then be given"
        )
    own = ec.generate_private_key(ec.SECP256R1())
    until = min(now + timedelta(days=SERVER_DAYS), authority.not_valid_after_utc)
    alternatives = [_general_name(name) for name in names]
    made = (
        _builder(names[0], authority.subject, own, key, now, until)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_usage(is_authority=False), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_whole(files.key, _private(own))
    write_whole(files.certificate, made.public_bytes(_PEM) + authority.public_bytes(_PEM))
    return certificate_in(files, now)


def certificate_in(files: CertificateFiles, now: datetime | None = None) -> Made:
    """What the certificate of the folder says. Raises BadCertificate for one that cannot serve phones now."""
    now = now or datetime.now(UTC)
    if not files.certificate.exists() or not files.key.exists():
        raise BadCertificate(f"no certificate in {files.folder}: app.py certificate NAME makes one")
    if stat.S_IMODE(files.key.stat().st_mode) & 0o077:
        raise BadCertificate(f"{files.key} is readable by others: chmod 600 it")
    try:
        shown, authority = x509.load_pem_x509_certificates(files.certificate.read_bytes())
        key = serialization.load_pem_private_key(files.key.read_bytes(), None)
        alternatives = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, TypeError, x509.ExtensionNotFound) as error:
        raise BadCertificate(
            f"{files.certificate} or its key cannot be read: app.py certificate NAME makes new ones"
        ) from error
    if key.public_key() != shown.public_key():
        raise BadCertificate(
            f"{files.key} is not the key of {files.certificate}: app.py certificate NAME makes both anew"
        )
    if now >= shown.not_valid_after_utc:
        raise BadCertificate(
            f"{files.certificate} ended on {shown.not_valid_after_utc:%Y-%m-%d}: app.py certificate NAME"
        )
    names = tuple(str(name.value) for name in alternatives)
    digest = authority.fingerprint(hashes.SHA256()).hex(":").upper()
    return Made(names, shown.not_valid_after_utc, authority.not_valid_after_utc, digest)


def _make_authority(files: CertificateFiles, names: tuple[str, ...], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = f"H-Hour {secrets.token_hex(4)}"
    allowed = [_general_name(each) for each in names if _address(each) is None]
    allowed += [x509.IPAddress(ipaddress.ip_network(network)) for network in NETWORKS]
    others = [_address(each) for each in names]
    allowed += [
        x509.IPAddress(ipaddress.ip_network(each)) for each in others if each is not None and not _is_private(each)
    ]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        _builder(name, subject, key, key, now, now + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=allowed, excluded_subtrees=None), critical=True)
        .add_extension(_usage(is_authority=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_whole(files.authority_key, _private(key))
    write_whole(files.authority, made.public_bytes(_PEM))


def _authority(files: CertificateFiles, now: datetime) -> tuple[x509.Certificate, Key]:
    try:
        authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
        key = serialization.load_pem_private_key(files.authority_key.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise BadCertificate(f"the authority in {files.folder} or its key cannot be read") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != authority.public_key():
        raise BadCertificate(f"{files.authority_key} is not the key of {files.authority}")
    if now >= authority.not_valid_after_utc:
        raise BadCertificate(f"the authority in {files.folder} ended: move the folder away to have a new one made")
    return authority, key


def _may_name(authority: x509.Certificate, name: str) -> bool:
    allowed = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    address = _address(name)
    if address is not None:
        return any(isinstance(each, x509.IPAddress) and _holds(each.value, address) for each in allowed)
    names = [each.value for each in allowed if isinstance(each, x509.DNSName)]
    return any(name == each or name.endswith(f".{each}") for each in names)


Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _holds(network: object, address: Address) -> bool:
    return isinstance(network, ipaddress.IPv4Network | ipaddress.IPv6Network) and address in network


def _is_private(address: Address) -> bool:
    return any(address in ipaddress.ip_network(network) for network in NETWORKS)


def _address(name: str) -> Address | None:
    try:
        return ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return None


def _general_name(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(address)


def _builder(
    name: str, issuer: x509.Name, key: Key, signing: Key, now: datetime, until: datetime
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _private(key: Key) -> bytes:
    return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
