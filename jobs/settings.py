"""What a dispatcher is told by its environment; every wrong value is told at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from logs import FORMS as LOG_FORMS
from settings import LEAST_SECRET, LOG_KEY, BadSettings, RouterHost, data_folder, database_url, router

CREDENTIALS = ("H_HOUR_SCHEDULER_CA", "H_HOUR_SCHEDULER_CERT", "H_HOUR_SCHEDULER_KEY")
MOST_WORKERS = 256
NEEDED = (
    *("DATABASE_URL", "H_HOUR_DATA", "H_HOUR_WORKERS", "H_HOUR_SCHEDULER", *CREDENTIALS, "H_HOUR_MAX_BYTES", LOG_KEY),
    "H_HOUR_ROUTER",
    *("H_HOUR_LOG", "PATH", "HOME", "USER", "LANG", "LANGUAGE", "TZ", "TMPDIR", "XDG_CACHE_HOME", "LD_LIBRARY_PATH"),
)
NEEDED_BEGIN = ("LC_", "PYTHON", "PG", "OMP_", "OPENBLAS_", "NUMBA_", "DASK_", "MALLOC_")
"""What a dispatcher is told of an environment, by name and by its beginning: no secret that it has no use for."""
KEPT_FROM_WORKERS = ("DATABASE_URL", "PGPASSWORD", LOG_KEY, "H_HOUR_ROUTER", *CREDENTIALS)
"""What a dispatcher itself needs, and the workers that it starts do not: they ask no database
and no other host."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Files for TLS with a scheduler: the authority's certificate, our own, and its key."""

    authority: Path
    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class DispatcherSettings:
    """Where plans are made: by workers of our own on this machine, or by those of a scheduler at an address.

    `scratch` is the folder for what workers of our own cannot hold in memory; None: one that goes with the cluster.
    `log_key` takes the place of the file with the key of the log.
    `router` is the only other host that may be told places.
    """

    database_url: str
    workers: int
    scheduler: str | None = None
    credentials: Credentials | None = None
    scratch: Path | None = None
    log: str = LOG_FORMS[0]
    log_key: str = field(default="", repr=False)
    router: RouterHost | None = None


def dispatcher_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that a dispatcher is told."""
    return {k: value for k, value in environment.items() if k in NEEDED or k.startswith(NEEDED_BEGIN)}


def settings_of(environment: Mapping[str, str], cores: int) -> DispatcherSettings:
    """The settings that the environment tells. Raises `BadSettings` with everything that is wrong."""
    faults: list[str] = []
    said = environment.get("H_HOUR_WORKERS") or str(cores)
    workers = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0
    if not 1 <= workers <= MOST_WORKERS:
        faults.append(f"H_HOUR_WORKERS: {said} must be a number from 1 to {MOST_WORKERS}")
    if (log := environment.get("H_HOUR_LOG") or LOG_FORMS[0]) not in LOG_FORMS:
        faults.append(f"H_HOUR_LOG: {log} is neither {' nor '.join(LOG_FORMS)}")
    scheduler = environment.get("H_HOUR_SCHEDULER") or None
    credentials, host = _credentials(environment, faults), None
    try:
        host = router(environment)
    except BadSettings as error:
        faults += error.faults
    if scheduler is not None and not scheduler.startswith(("tcp://", "tls://")):
        faults.append(f"H_HOUR_SCHEDULER: {scheduler} is not an address such as tls://host:8786 or tcp://host:8786")
    elif scheduler is not None and scheduler.startswith("tls://") != (credentials is not None):
        faults.append(f"H_HOUR_SCHEDULER: {', '.join(CREDENTIALS)} must be set with tls:// and only then")
    key = environment.get(LOG_KEY, "").strip()
    if key and len(key) < LEAST_SECRET:
        faults.append(f"{LOG_KEY}: must have at least {LEAST_SECRET} characters")
    if faults:
        raise BadSettings(faults)
    scratch = data_folder(environment).absolute() / "scratch"
    return DispatcherSettings(database_url(environment), workers, scheduler, credentials, scratch, log, key, host)


def _credentials(environment: Mapping[str, str], faults: list[str]) -> Credentials | None:
    said = [environment.get(name) or "" for name in CREDENTIALS]
    if not any(said):
        return None
    lacking = [name for name, file in zip(CREDENTIALS, said, strict=True) if not Path(file).is_file()]
    faults += [f"{name}: {environment.get(name) or 'not set'}: no such file" for name in lacking]
    return Credentials(*map(Path, said)) if not lacking else None
