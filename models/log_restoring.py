"""The log goes on when a backup is restored: no entry is lost where the backup's log is the beginning of it."""

from datetime import UTC, datetime

from sqlalchemy import Connection, inspect, text

from models.log import COLUMNS, RESTORED, LogEntry, Origin, chained, head_of_log
from models.log_place import Head, LogPlace
from models.log_tables import log

ASIDE = "log_aside"


def lay_aside(connection: Connection) -> bool:
    """What the log holds stays, also where its table goes within this transaction; whether there is a log at all."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {ASIDE}")
    if not inspect(connection).has_table(log.name):
        return False
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {ASIDE} AS SELECT * FROM {log.name}")
    return True


def continue_log(connection: Connection, place: LogPlace, backup_at: datetime, is_aside: bool) -> Head:
    """The log holds what was laid aside, if that begins as the backup's does, and an entry for the restore.

    Returns the last entry, which is to be told to the place once the transaction is committed. Raises OSError.
    """
    of_backup = head_of_log(connection)
    details = {"backup_at": backup_at.isoformat(timespec="seconds"), "backup_log": of_backup.number}
    if is_aside and _begins_with(connection, of_backup):
        named = ", ".join(COLUMNS)
        later = f"INSERT INTO {log.name} ({named}) SELECT {named} FROM {ASIDE} WHERE number > :last ORDER BY number"
        connection.execute(text(later), {"last": of_backup.number})
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {ASIDE}")
    last, before = head_of_log(connection), place.head()
    if before is not None and before.number > last.number:
        details |= {"lost_to": before.number, "lost_mac": before.short}
    rows, head = chained(place, last, [(LogEntry(RESTORED, details=details), Origin(), datetime.now(UTC))])
    connection.execute(log.insert(), rows)
    place.intend(head)
    return head


def _begins_with(connection: Connection, head: Head) -> bool:
    """Whether the log aside holds the head's entry, or the head is that of an empty log."""
    aside = text(f"SELECT mac FROM {ASIDE} WHERE number = :number")
    return not head.number or connection.execute(aside, {"number": head.number}).scalar() == head.mac
