"""What was done to accounts lately, told to every administrator and auditor: nobody gets a role unseen."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask_login import current_user

from models import users
from models.database import now
from models.log_reading import LogFilter, entries
from models.one_time_codes import OFF
from models.users import SystemRole
from web.access import may
from web.database import session
from web.language import say, t
from web.rights import SYSTEM_ROLE_NAMES

TOLD_DAYS, MOST_READ, MOST_TOLD = 7, 200, 10
ADDED, CHANGED, PASSWORD = "account added", "account changed", "password changed"
PRIVILEGED: tuple[SystemRole, ...] = ("administrator", "auditor")
SAID = {
    ADDED: say("New account {name}: {roles}"),
    CHANGED: say("Roles of {name}: {roles}"),
    PASSWORD: say("New password for {name}"),
    OFF: say("One-time codes of {name} switched off"),
}


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What was done to an account of another, by whom and when; `by` is nothing for the shell."""

    at: datetime
    by: str
    said: str


def tell_account_changes(app: Flask) -> None:
    """Pages of administrators and auditors can list such changes."""
    app.add_template_global(account_changes)


def account_changes() -> list[AccountChange]:
    """Those of the last days, the latest first, but that the reader's own account was added.

    None for whoever is neither administrator nor auditor.
    """
    if not (may("accounts") or may("log")):
        return []
    with session() as s:
        wanted = LogFilter(actions=tuple(SAID), since=now(s) - timedelta(days=TOLD_DAYS))
        found, names = entries(s, wanted, MOST_READ), {one.key: one.display_name for one in users.everybody(s)}
    news = [one for one in found if _is_told(one, current_user.id)]
    return [AccountChange(one.at, names.get(one.account, ""), _said(one, names)) for one in news[:MOST_TOLD]]


def _is_told(entry: Any, reader: int) -> bool:
    """Whether it gives somebody a right or takes a safeguard, and was not done by the owner of the account."""
    details = entry.details or {}
    if entry.action in (ADDED, CHANGED):
        is_own = entry.action == ADDED and details.get("account") == reader
        return not is_own and any(role in PRIVILEGED for role in details.get("roles", ()))
    return bool(details.get("account") != entry.account)


def _said(entry: Any, names: dict[int, str]) -> str:
    details = entry.details or {}
    roles = t(", ").join(t(SYSTEM_ROLE_NAMES[role]) for role in details.get("roles", ()) if role in SYSTEM_ROLE_NAMES)
    return t(SAID[entry.action], name=names.get(details.get("account", 0), ""), roles=roles)
