"""The command that makes what phones need to reach this machine in private: an own authority, and its certificate."""

import os

import click

from settings import data_folder
from upkeep import Refused
from web.phone_certificate import BadCertificate, Made, files_in, make_certificate
from web.settings import is_host


@click.command("certificate")
@click.argument("names", nargs=-1, required=True)
def certificate_command(names: tuple[str, ...]) -> None:
    """Make a certificate for NAMES: the host names and addresses by which the phones of squads reach this machine.

    The first time an authority of our own is made, too: its file goes to every phone, which then trusts it for these
    names and private networks alone. Later certificates are signed by the same one.
    """
    small = tuple(dict.fromkeys(name.lower() for name in names))
    wrong = [name for name in small if not is_host(name) or name.startswith(".")]
    if wrong:
        raise Refused("\n".join(f"{name} is neither a host name nor an address" for name in wrong))
    files = files_in(data_folder(os.environ))
    try:
        made = make_certificate(files, small)
    except (BadCertificate, OSError) as error:
        raise Refused(str(error)) from error
    say(made, str(files.authority.absolute()))


def say(made: Made, authority: str) -> None:
    """What was made, and what comes next."""
    click.echo(f"certificate for {', '.join(made.names)} until {made.until:%Y-%m-%d}")
    click.echo(f"authority: {authority}, until {made.authority_until:%Y-%m-%d}; give this file to every phone")
    click.echo("its fingerprint (SHA-256), to be compared on the phone:")
    click.echo(f"  {made.fingerprint}")
    click.echo(
        f"next: H_HOUR_PHONES={made.names[0]}:8443 and a restart of the server; docs/phones.md says how phones trust it"
    )
