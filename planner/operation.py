"""The operation: what is given. Frozen rows and their look-ups (spec/PROBLEM.md, section 2).

Coordinates are WGS-84 degrees; every minute counts from H. Whether names and figures hold is asked where an
operation comes in from outside (`planner.files`), all at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any, Literal

from planner.zones import zone_of

Risk = Literal["low", "medium", "high"]
Sex = Literal["F", "M"]
RISKS: tuple[Risk, ...] = ("low", "medium", "high")
Details = Mapping[str, Any]
"""Descriptive facts of a row (a phone, a floor) as JSON values: papers show them, no rule reads them."""


@dataclass(frozen=True, slots=True)
class Agency:
    """A police agency; `cities` are those in which it is the local police."""

    id: str
    name: str
    level: Literal["province", "city", "district"]
    cities: tuple[str, ...] = ()
    details: Details = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Place:
    """A base, an assembly point or a custody place (`cells` detainees, `rooms` for interviews)."""

    id: str
    name: str
    kind: Literal["base", "assembly", "custody"]
    city: str
    lat: float
    lon: float
    cells: int = 0
    rooms: int = 0
    details: Details = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer; rank 1 to 5; availability in minutes from H; `team` is the only team to serve in."""

    id: str
    name: str
    agency: str
    base: str
    sex: Sex
    rank: int
    skills: tuple[str, ...] = ()
    team: str | None = None
    available_from: int = -2880
    available_to: int = 2880
    details: Details = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle; `seats` include the driver's, `cells` are secure detainee places beside the seats."""

    id: str
    label: str
    base: str
    seats: int
    cells: int = 0
    details: Details = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Site:
    """A door; `needs` (skill -> number), `officers`, `raid_minutes`, `set_minutes` add to or replace doctrine."""

    id: str
    address: str
    city: str
    lat: float
    lon: float
    risk: Risk
    exam: bool = False
    needs: Mapping[str, int] = field(default_factory=dict)
    officers: int | None = None
    raid_minutes: int | None = None
    set_minutes: int | None = None
    details: Details = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Warrant:
    """A warrant; `expires` is an instant with an offset."""

    number: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Suspect:
    """A suspect at a site; priority 1 to 5."""

    id: str
    name: str
    sex: Sex
    born: date
    site: str
    priority: int = 1
    warrant: Warrant | None = None
    details: Details = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Link:
    """Two suspects who would warn each other."""

    a: str
    b: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Address:
    """Where else a suspect may be, with the chance (0 to 1) that somebody gives it; no rule reads it."""

    suspect: str
    site: str
    chance: float = 0


@dataclass(frozen=True, slots=True)
class Leg:
    """A way that somebody knows better, in one direction; no minutes: the way is closed."""

    source: str
    target: str
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Travel minutes as a road engine gives them: row = from, column = to."""

    ids: tuple[str, ...]
    minutes: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class OfficerAtSite:
    """The officer is in the squad that raids the site, if it is raided."""

    officer: str
    site: str


@dataclass(frozen=True, slots=True)
class OfficerNotAtSite:
    """The officer is not in the squad that raids the site."""

    officer: str
    not_site: str


@dataclass(frozen=True, slots=True)
class OfficerInTeam:
    """The officer serves only in a squad of the team, or commands it."""

    officer: str
    team: str


@dataclass(frozen=True, slots=True)
class OfficerReserved:
    """The officer has no part in the plan."""

    officer: str


@dataclass(frozen=True, slots=True)
class SiteInTeam:
    """A squad of the team raids the site, if it is raided."""

    site: str
    team: str


@dataclass(frozen=True, slots=True)
class SiteStart:
    """The raid on the site starts at this minute, if it is raided."""

    site: str
    start: int


@dataclass(frozen=True, slots=True)
class SiteSkipped:
    """The site is not raided."""

    site: str


@dataclass(frozen=True, slots=True)
class SitesTogether:
    """The sites, if raided, are raided by the same team."""

    a: str
    b: str


Pin = (
    OfficerAtSite
    | OfficerNotAtSite
    | OfficerInTeam
    | OfficerReserved
    | SiteInTeam
    | SiteStart
    | SiteSkipped
    | SitesTogether
)


@dataclass(frozen=True, slots=True)
class ByRisk:
    """A figure of doctrine that depends on a site's risk."""

    low: int
    medium: int
    high: int

    def at(self, risk: Risk) -> int:
        """The figure for a risk."""
        return int(getattr(self, risk))


@dataclass(frozen=True, slots=True)
class Doctrine:
    """The figures of doctrine with their defaults (spec/PROBLEM.md, section 2)."""

    strike_window: int = 5
    last_raid: int = 240
    brief_minutes: int = 30
    set_minutes: int = 10
    long_haul: int = 240
    rest_minutes: int = 480
    span_of_control: int = 7
    commander_rank: int = 3
    lead_rank: int = 2
    officers_by_risk: ByRisk = ByRisk(3, 4, 6)
    officers_per_extra_suspect: int = 2
    entry_by_risk: ByRisk = ByRisk(0, 1, 2)
    medic_by_risk: ByRisk = ByRisk(0, 0, 1)
    raid_minutes: ByRisk = ByRisk(40, 60, 90)
    arrest_minutes: int = 15
    handover_minutes: int = 5
    intake_minutes: int = 10
    escort_crew: int = 2
    escorts_per_detainee: float = 1
    self_escort_ratio: float = 2
    custody_latest: int = 1440
    exam_minutes: int = 60
    exam_latest: int = 240
    hold_minutes: int = 90
    guard_crew: int = 2
    duty_max: int = 840
    interview_minutes: int = 90
    interview_latest: int = 1440
    interview_break: int = 15
    own_way: int = 60

    @classmethod
    def differing(cls, own: Mapping[str, Any]) -> "Doctrine":
        """The defaults with an operation's own figures, also inside the ones that depend on risk."""
        default = cls()
        merged: dict[str, Any] = {}
        for name, value in own.items():
            old = getattr(default, name)
            merged[name] = ByRisk(**{r: value.get(r, old.at(r)) for r in RISKS}) if isinstance(old, ByRisk) else value
        return cls(**merged)

    def differences(self) -> dict[str, Any]:
        """Only the figures that are not the default's: the inverse of `differing`."""
        default, own = Doctrine(), {}
        for f in fields(self):
            mine, old = getattr(self, f.name), getattr(default, f.name)
            if mine != old:
                own[f.name] = (
                    {r: mine.at(r) for r in RISKS if mine.at(r) != old.at(r)} if isinstance(mine, ByRisk) else mine
                )
        return own


@dataclass(frozen=True)
class Operation:
    """What is given: a value. Its rows stand in the order of the file."""

    id: str
    name: str
    h_hour: datetime
    max_teams: int
    doctrine: Doctrine = Doctrine()
    agencies: tuple[Agency, ...] = ()
    places: tuple[Place, ...] = ()
    officers: tuple[Officer, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    sites: tuple[Site, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    links: tuple[Link, ...] = ()
    legs: tuple[Leg, ...] = ()
    pins: tuple[Pin, ...] = ()
    matrix: Matrix | None = None
    addresses: tuple[Address, ...] = ()
    details: Details = field(default_factory=dict, hash=False)

    @cached_property
    def zone(self) -> tzinfo:
        """The zone by whose clocks times are told: `details.zone`, else that of H's offset."""
        return zone_of(self.h_hour, self.details)

    def at(self, minute: int) -> datetime:
        """The moment so many minutes from H, by the operation's clocks."""
        return (self.h_hour + timedelta(minutes=minute)).astimezone(self.zone)

    @cached_property
    def agencies_by_id(self) -> dict[str, Agency]:
        """Agency id -> agency."""
        return {row.id: row for row in self.agencies}

    @cached_property
    def places_by_id(self) -> dict[str, Place]:
        """Place id -> place."""
        return {row.id: row for row in self.places}

    @cached_property
    def officers_by_id(self) -> dict[str, Officer]:
        """Officer id -> officer."""
        return {row.id: row for row in self.officers}

    @cached_property
    def vehicles_by_id(self) -> dict[str, Vehicle]:
        """Vehicle id -> vehicle."""
        return {row.id: row for row in self.vehicles}

    @cached_property
    def sites_by_id(self) -> dict[str, Site]:
        """Site id -> site."""
        return {row.id: row for row in self.sites}

    @cached_property
    def suspects_by_id(self) -> dict[str, Suspect]:
        """Suspect id -> suspect."""
        return {row.id: row for row in self.suspects}

    @cached_property
    def chargeable_by_site(self) -> dict[str, tuple[Suspect, ...]]:
        """Site id -> its chargeable suspects, in the operation's order; sites without any are absent."""
        rows: dict[str, list[Suspect]] = {}
        for suspect in self.suspects:
            if self.is_chargeable(suspect):
                rows.setdefault(suspect.site, []).append(suspect)
        return {site: tuple(suspects) for site, suspects in rows.items()}

    def is_chargeable(self, suspect: Suspect) -> bool:
        """True when the warrant exists and expires after H."""
        return suspect.warrant is not None and suspect.warrant.expires > self.h_hour

    @cached_property
    def points_by_id(self) -> dict[str, Place | Site]:
        """Id -> place or site: they share their ids."""
        return {**self.places_by_id, **self.sites_by_id}
