"""Accounts from the command line, and those of the demonstration: one for each role."""

from dataclasses import dataclass

import click

from models import memberships, one_time_codes, register, users
from models.database import Session
from models.right_tables import ROLES, Role
from models.users import SYSTEM_ROLES, SystemRole
from planner.edits import Document
from upkeep import Refused, own_database
from web.passwords import hash_password, random_password


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demonstration: its roles, and in one sentence what to try with it."""

    name: str
    display_name: str
    try_this: str
    system: tuple[SystemRole, ...] = ()
    role: Role | None = None


DEMO_ACCOUNTS = (
    DemoAccount("analyst", "Analyst 1", "choose the working plan, request its approval", ("creator",), "planner"),
    DemoAccount("commander", "Commander 1", "approve the plan, then release it", role="commander"),
    DemoAccount("liaison", "Liaison 1", "once approved: where the agency's people must be", role="liaison"),
    DemoAccount("leader", "Team leader 1", "when, not what; once released the team's documents", role="leader"),
    DemoAccount("custody", "Custody officer 1", "once released: who arrives when", role="custody"),
    DemoAccount("forensics", "Forensics 1", "once released: scene examinations", role="forensics"),
    DemoAccount("interviews", "Interviews 1", "once released: who is interviewed where", role="interviews"),
    DemoAccount("legal", "Legal officer 1", "see the gate, waive what the pack leaves to the role", role="legal"),
    DemoAccount("auditor", "Auditor 1", "no operation is listed: auditors read the log", ("auditor",)),
    DemoAccount("admin", "Administrator 1", "invite a person, disable an account", ("administrator",)),
)


@click.group("user")
def user_group() -> None:
    """Manage accounts."""


@user_group.command("add")
@click.argument("name")
@click.option("--display-name", default="", help="Name shown on pages; default: NAME.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(SYSTEM_ROLES),
    help="What the account may do in the installation, any number of times; default: creator, of the first account "
    "also administrator.",
)
def user_add(name: str, display_name: str, roles: tuple[SystemRole, ...]) -> None:
    """Add the account NAME and print its password once."""
    with own_database().session() as s:
        if users.by_name(s, name) is not None:
            raise Refused(f"Account {name} already exists; app.py user password {name} resets its password.")
        first: tuple[SystemRole, ...] = ("administrator",) if users.count(s) == 0 else ()
        password = add_account(s, name, display_name or name, roles or (*first, "creator"))
    click.echo(f"{name}  {password}")


@user_group.command("password")
@click.argument("name")
def user_password(name: str) -> None:
    """Reset the password of the account NAME, print it once and end its sessions; the next log-in has to change it."""
    password = random_password()
    with own_database().session() as s:
        users.set_password(s, account(s, name).key, hash_password(password), must_change=True)
    click.echo(f"{name}  {password}")


@user_group.command("codes-off")
@click.argument("name")
def user_codes_off(name: str) -> None:
    """Switch off one-time codes of the account NAME, whose owner is told at the next log-in."""
    with own_database().session() as s:
        if not one_time_codes.switch_off(s, account(s, name).key, by_owner=False):
            raise Refused(f"Account {name} has no one-time codes.")
    click.echo(f"One-time codes of {name} are off.")


@user_group.command("member")
@click.argument("name")
@click.argument("operation", type=click.IntRange(1))
@click.argument("role", type=click.Choice(ROLES))
@click.option("--tied-to", default="", help="Of a liaison the agency's ID, of a team leader the officer's.")
def user_member(name: str, operation: int, role: Role, tied_to: str) -> None:
    """Give the account NAME a role in the operation of this number."""
    with own_database().session() as s:
        if operation not in {line.key for line in register.operations(s)}:
            raise Refused(f"No operation {operation}.")
        memberships.put_member(s, operation, account(s, name).key, role, None, tied_to)


def account(s: Session, name: str) -> users.User:
    """The account of this name; otherwise a sentence, and exit status 2."""
    user = users.by_name(s, name)
    if user is None:
        raise Refused(f"No account {name}; create it with app.py user add {name}.")
    return user


def add_account(s: Session, name: str, display_name: str, roles: tuple[SystemRole, ...]) -> str:
    """The password of the account that is there now."""
    password = random_password()
    users.add(s, name, hash_password(password), display_name, roles)
    return password


def demo_accounts(s: Session) -> list[tuple[DemoAccount, str]]:
    """The accounts of the demonstration that were missing, each with its password."""
    lacking = (one for one in DEMO_ACCOUNTS if users.by_name(s, one.name) is None)
    return [(one, add_account(s, one.name, one.display_name, one.system)) for one in lacking]


def demo_members(s: Session, operation: int, document: Document, plan: Document) -> None:
    """Each of them has its role in the operation: the leader leads the plan's first team."""
    ties = {"liaison": document["agencies"][0]["id"], "leader": plan["teams"][0]["commander"]}
    for one in DEMO_ACCOUNTS:
        if one.role is not None:
            memberships.put_member(s, operation, account(s, one.name).key, one.role, None, ties.get(one.role, ""))
