"""What every plan must obey about one site at a time: earliest and latest raids, ways in, custody, least minutes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.needs import chargeable_by_site, latest_raid, raid_minutes, ready_minute, skills_needed, squad_size
from planner.operation import Site, SiteStart, Suspect
from planner.scenario import Scenario
from planner.solver.classes import OfficerClass, officer_classes
from planner.solver.doors import closed_sites


@dataclass(frozen=True, slots=True)
class Target:
    """A site that some plan may raid; minutes from H."""

    site: Site
    suspects: tuple[Suspect, ...]
    size: int
    skills: dict[str, int]
    woman: bool
    priority: int
    raid_minutes: int
    earliest: int
    latest: int

    @property
    def id(self) -> str:
        """The site's id."""
        return self.site.id


class Ways:
    """Least minutes from one point to another by any sequence of the operation's points.

    Great-circle minutes are a concave function of a metric, rounded up: no detour is shorter. With a matrix or legs
    a detour may be (R. W. Floyd, "Algorithm 97: Shortest path", Communications of the ACM 5(6), 1962).
    """

    def __init__(self, scenario: Scenario) -> None:
        operation = scenario.operation
        self.direct = scenario.travel.minutes
        self._index: dict[str, int] = {}
        if operation.matrix is None and not operation.legs:
            return
        ids = list(operation.points_by_id)
        self._index = {key: i for i, key in enumerate(ids)}
        self._least = np.array([[self.direct(a, b) for b in ids] for a in ids], dtype=np.int64)
        for k in range(len(ids)):
            np.minimum(self._least, self._least[:, k, None] + self._least[None, k, :], out=self._least)

    def minutes(self, source: str, target: str) -> int:
        """Least minutes from source to target."""
        if not self._index:
            return self.direct(source, target)
        return int(self._least[self._index[source], self._index[target]])


class Ground:
    """The operation as the bounds see it: targets, classes of officers, and least ways between points.

    `most_exposure` is the exposure that no plan in question exceeds; None: any.
    """

    def __init__(self, scenario: Scenario, most_exposure: int | None) -> None:
        self.scenario, self.operation = scenario, scenario.operation
        self.doctrine, self.direct = scenario.operation.doctrine, scenario.travel.minutes
        self.most_exposure = most_exposure
        self.officers = officer_classes(self.operation, self.operation.officers)
        self.targets = tuple(self._targets())

    @cached_property
    def ways(self) -> Ways:
        """Least ways by detours."""
        return Ways(self.scenario)

    @cached_property
    def follow_on(self) -> dict[str, int]:
        """Site -> least minutes from the start of a squad's raid before to its own; absent where none is in time."""
        found = {}
        for target in self.targets:
            before = [t for t in self.by_city[target.site.city] if t.id != target.id]
            least = [(t.earliest, t.raid_minutes + self.direct(t.id, target.id)) for t in before]
            gaps = [gap for early, gap in least if early + gap <= target.latest]
            if gaps:
                found[target.id] = min(gaps)
        return found

    @cached_property
    def second(self) -> dict[str, int]:
        """Site -> earliest start of its raid by a squad that raided before; the keys of `follow_on`."""
        return {
            target.id: max(
                target.earliest,
                min(
                    t.earliest + t.raid_minutes + self.direct(t.id, target.id)
                    for t in self.by_city[target.site.city]
                    if t.id != target.id
                ),
            )
            for target in self.targets
            if target.id in self.follow_on
        }

    @cached_property
    def by_city(self) -> dict[str, list[Target]]:
        """City -> its targets."""
        found: dict[str, list[Target]] = defaultdict(list)
        for target in self.targets:
            found[target.site.city].append(target)
        return found

    @cached_property
    def assemblies(self) -> dict[str, list[str]]:
        """City -> its assembly points."""
        found: dict[str, list[str]] = defaultdict(list)
        for place in self.operation.places:
            if place.kind == "assembly":
                found[place.city].append(place.id)
        return found

    @cached_property
    def custody(self) -> dict[str, int]:
        """Custody place -> cells, where there is any."""
        return {p.id: p.cells for p in self.operation.places if p.kind == "custody" and p.cells > 0}

    @cached_property
    def away(self) -> dict[str, int]:
        """Site -> least minutes from there to custody."""
        return {t.id: min(self.ways.minutes(t.id, p) for p in self.custody) for t in self.targets}

    @cached_property
    def back(self) -> dict[str, int]:
        """Site -> least minutes from custody to there."""
        return {t.id: min(self.ways.minutes(p, t.id) for p in self.custody) for t in self.targets}

    @cached_property
    def first_delivery(self) -> int:
        """Earliest minute at which an escort unit can deliver anybody."""
        d = self.doctrine
        return d.arrest_minutes + d.handover_minutes + min(t.earliest + self.away[t.id] for t in self.targets)

    @cached_property
    def escort_turn(self) -> int:
        """Least minutes from an escort unit's delivery to its next one with a pickup between."""
        d = self.doctrine
        return d.intake_minutes + min(self.back.values()) + d.handover_minutes + min(self.away.values())

    def approach(self, officers: OfficerClass, target: Target) -> tuple[int, int] | None:
        """Least travel to the site through an assembly, and the earliest start; None when none is in time (R4, R5)."""
        d, found = self.doctrine, []
        for assembly in self.assemblies[target.site.city]:
            drive = self.direct(assembly, target.id)
            start = max(
                target.earliest, ready_minute(self.scenario, officers.officers[0], assembly) + d.brief_minutes + drive
            )
            in_time = start <= target.latest and start + target.raid_minutes <= officers.available_to
            if in_time and d.brief_minutes + drive + target.raid_minutes <= d.duty_max:
                found.append((self.direct(officers.base, assembly) + drive, start))
        if not found:
            return None
        return min(way for way, _ in found), min(start for _, start in found)

    def late(self, target: Target, start: int) -> int:
        """Exposure of a raid that starts then."""
        return target.priority * max(0, start - self.doctrine.strike_window)

    def _targets(self) -> Iterable[Target]:
        starts = {pin.site: pin.start for pin in self.operation.pins if isinstance(pin, SiteStart)}
        closed = closed_sites(self.operation)
        for site_id, suspects in sorted(chargeable_by_site(self.operation).items()):
            site = self.operation.sites_by_id[site_id]
            priority = sum(s.priority for s in suspects)
            earliest, latest = starts.get(site_id, 0), latest_raid(self.operation, suspects)
            latest = min(latest, starts.get(site_id, latest))
            if self.most_exposure is not None:
                latest = min(latest, self.doctrine.strike_window + self.most_exposure // priority)
            if site_id in closed or not 0 <= earliest <= latest:
                continue
            yield Target(
                site,
                suspects,
                squad_size(self.operation, site, len(suspects)),
                skills_needed(self.operation, site),
                any(s.sex == "F" for s in suspects),
                priority,
                raid_minutes(self.operation, site),
                earliest,
                latest,
            )
