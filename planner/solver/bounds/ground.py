"""What every plan must obey about one site at a time: earliest and latest raids, ways in, custody, least minutes."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil, inf
from typing import Literal

import numpy as np

from planner.needs import (
    chargeable_by_site,
    latest_raid,
    linked_sites,
    raid_minutes,
    ready_minute,
    set_minutes,
    squad_needs,
)
from planner.operation import Site, SiteStart, Suspect
from planner.scenario import Scenario
from planner.score import Score
from planner.solver.bounds.force import FAR, BoundSupply, Part, force_of
from planner.solver.bounds.ways import Floats, Ways
from planner.solver.classes import OfficerClass
from planner.solver.doors import closed_sites
from planner.solver.params import BOUNDS

Origin = Literal["any", "near", "come", "far"]


@dataclass(frozen=True, slots=True)
class Target:
    """A site that some plan may raid; minutes from H."""

    site: Site
    suspects: tuple[Suspect, ...]
    needs: dict[str, int]  # need -> number of the squad who meet it (R10)
    priority: int
    raid_minutes: int
    set_minutes: int
    earliest: int
    latest: int

    @property
    def id(self) -> str:
        """The site's id."""
        return self.site.id

    @property
    def size(self) -> int:
        """Least number of officers of the squad."""
        return self.needs["officers"]


class Ground:
    """The operation as the bounds see it: targets, classes of officers, and least ways between points.

    `most_late` is the exposure by late raids that no plan in question exceeds; None: any. `until`: site -> last minute
    at which its raid may start in the plans in question. Of a part (`part`) the targets are one city's, and
    `everywhere` are those of all cities: units for detainees and evidence may come from any of them.
    """

    def __init__(
        self,
        scenario: Scenario,
        most_late: int | None,
        part: Part | None = None,
        until: Mapping[str, int] | None = None,
    ) -> None:
        self.scenario, self.operation = scenario, scenario.operation
        self.doctrine, self.direct = scenario.operation.doctrine, scenario.travel.minutes
        self.most_late, self.part, self.until = most_late, part, until or {}
        self.everywhere = tuple(self._targets())
        self.targets = tuple(t for t in self.everywhere if part is None or t.site.city == part.city)
        self._drives: dict[str, list[int]] = {}
        self._musters: dict[tuple[str, int, str], list[tuple[int, int]]] = {}
        self._ways_from: dict[tuple[Origin, str], list[tuple[Target, int]]] = {}
        self._approaches: dict[tuple[str, int, int, str], tuple[float, int] | None] = {}
        self.force: BoundSupply = force_of(scenario, part)
        self.officers, self.vehicles = self.force.officers, self.force.vehicles

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
        """Site, of any city -> least minutes from there to custody."""
        return self._nearest(self.ways.between([t.id for t in self.everywhere], list(self.custody)).min(axis=1))

    @cached_property
    def back(self) -> dict[str, int]:
        """Site, of any city -> least minutes from custody to there."""
        return self._nearest(self.ways.between(list(self.custody), [t.id for t in self.everywhere]).min(axis=0))

    def _nearest(self, minutes: Floats) -> dict[str, int]:
        return {t.id: int(least) for t, least in zip(self.everywhere, minutes, strict=True)}

    @cached_property
    def is_linked(self) -> bool:
        """Escort units are told apart by the site where they were before: all are in one city, and few."""
        return self.part is None and len(self.by_city) == 1 and len(self.targets) <= BOUNDS.most_linked

    @cached_property
    def cell(self) -> int:
        """Minutes of a stretch of time in which interviews begin."""
        return BOUNDS.fine_cell if self.is_linked else BOUNDS.cell

    @cached_property
    def num_cells(self) -> int:
        """Number of stretches."""
        return BOUNDS.num_cells * BOUNDS.cell // self.cell

    def room_price(self, place: str | None, cell: int) -> float:
        """Price of an interview that begins in this stretch there; None: at any place."""
        if self.part is None or place is None:
            return self._least_room_price.get(cell, 0.0)
        return self.part.rooms.get((place, cell), 0.0)

    @cached_property
    def _least_room_price(self) -> dict[int, float]:
        rooms = {} if self.part is None else self.part.rooms
        return {cell: min(rooms.get((p, cell), 0.0) for p in self.custody) for _, cell in rooms}

    def target(self, site: str) -> Target:
        """The target of this id."""
        return self._by_id[site]

    @cached_property
    def _by_id(self) -> dict[str, Target]:
        return {t.id: t for t in self.targets}

    def by_custody(self, source: str, site: str) -> int:
        """Least minutes from one of the targets to another by way of custody."""
        return self._by_custody[source, site]

    @cached_property
    def _by_custody(self) -> dict[tuple[str, str], int]:
        ids, places = [t.id for t in self.targets], list(self.custody)
        there, back = self.ways.between(ids, places), self.ways.between(places, ids)
        least = (there[:, :, None] + back).min(axis=1)
        return {(a, b): int(least[i, j]) for i, a in enumerate(ids) for j, b in enumerate(ids)}

    @cached_property
    def sources(self) -> dict[Origin, tuple[Target, ...]]:
        """Where an escort unit's load may begin: anywhere; of a part, in its city or, far away, in another."""
        if self.part is None:
            return {"any": self.everywhere}
        far = tuple(t for t in self.everywhere if t.site.city != self.part.city)
        return {"near": self.targets, "come": self.targets, "far": far}

    def ways_from(self, origin: Origin, target: Target) -> list[tuple[Target, int]]:
        """The other sites there, each with the least minutes to the target.

        From far away only those that can be the soonest, in the first load or a later one, or the least detour.
        """
        origin = "near" if origin == "come" else origin
        key = origin, target.id
        if key not in self._ways_from:
            sources = [t for t in self.sources[origin] if t.id != target.id]
            ways = self.ways.between([t.id for t in sources], [target.id])[:, 0] if sources else np.zeros(0)
            few = list(range(len(sources)))
            if sources and origin in ("any", "far"):
                earliest, back, away = (
                    np.array([figure(t) for t in sources], float)
                    for figure in (lambda t: t.earliest, lambda t: self.back[t.id], lambda t: self.away[t.id])
                )
                few = [int(np.argmin(figure)) for figure in (earliest + ways, back + ways, ways - away)]
            self._ways_from[key] = [(sources[n], int(ways[n])) for n in few]
        return self._ways_from[key]

    @cached_property
    def first_delivery(self) -> dict[Origin, float]:
        """Earliest minute at which an escort unit can deliver anybody whom it picked up there."""
        d = self.doctrine
        return {
            origin: min(
                (d.arrest_minutes + d.handover_minutes + t.earliest + self.away[t.id] for t in rows), default=inf
            )
            for origin, rows in [*self.sources.items(), ("any", self.everywhere)]
        }

    @cached_property
    def from_afar(self) -> dict[str, float]:
        """Site -> earliest end of a pickup there by an escort unit that picked up elsewhere and delivered before."""
        d, rows, places = self.doctrine, self.sources["far"], list(self.custody)
        if not rows:
            return dict.fromkeys((t.id for t in self.targets), inf)
        wait = d.arrest_minutes + d.handover_minutes + d.intake_minutes + d.handover_minutes
        raided = np.array([t.earliest for t in rows], float)[:, None]
        reach = wait + (raided + self.ways.between([t.id for t in rows], places)).min(axis=0)
        ends = (reach[:, None] + self.ways.between(places, [t.id for t in self.targets])).min(axis=0)
        return {t.id: float(end) for t, end in zip(self.targets, ends, strict=True)}

    @cached_property
    def escort_turn(self) -> int:
        """Least minutes from an escort unit's delivery to its next one with a pickup between."""
        d = self.doctrine
        return d.intake_minutes + min(self.back.values()) + d.handover_minutes + min(self.away.values())

    @cached_property
    def exam_targets(self) -> tuple[Target, ...]:
        """Those of all cities with an examination."""
        return tuple(t for t in self.everywhere if t.site.exam)

    @cached_property
    def soonest(self) -> list[Floats]:
        """For each turn of a forensic unit the earliest start at each of `exam_targets`; infinite: too late, or never.

        By whatever sites the unit comes, of any city.
        """
        d, marked = self.doctrine, self.exam_targets
        raided = np.array([t.earliest + d.arrest_minutes for t in marked], float)
        latest = np.array([t.latest + d.exam_latest for t in marked], float)
        found, ids = [raided], [t.id for t in marked]
        hops = self.ways.directly(ids, ids) + d.exam_minutes
        np.fill_diagonal(hops, inf)
        while np.isfinite(found[-1]).any() and len(found) <= min(BOUNDS.last_turn, len(marked) - 1):
            turn = np.maximum(raided, (found[-1][:, None] + hops).min(axis=0))
            found.append(np.where(turn <= latest, turn, inf))
        return found

    def approach(self, i: int, target: Target) -> tuple[float, int] | None:
        """Least travel (and price) to the site through an assembly for officers of this class, and the earliest start.

        None when none is in time (R4, R5).
        """
        found = [
            (approach[0] + price, approach[1])
            for officers, price in self.force.members(i)
            if (approach := self._approach(officers, target)) is not None
        ]
        return (min(way for way, _ in found), min(start for _, start in found)) if found else None

    def _approach(self, officers: OfficerClass, target: Target) -> tuple[float, int] | None:
        """The same for officers of one base and the same hours, without a price."""
        key = officers.base, officers.available_from, officers.available_to, target.id
        if key not in self._approaches:
            self._approaches[key] = self._nearest_approach(officers, target)
        return self._approaches[key]

    def _nearest_approach(self, officers: OfficerClass, target: Target) -> tuple[float, int] | None:
        d, found, drives = self.doctrine, [], self._drives_of(target)
        for (way, ready), drive in zip(self._musters_of(officers, target.site.city), drives, strict=True):
            start = max(target.earliest, ready + d.brief_minutes + drive + target.set_minutes)
            in_time = start <= target.latest and start + target.raid_minutes <= officers.available_to
            if in_time and d.brief_minutes + drive + target.set_minutes + target.raid_minutes <= d.duty_max:
                found.append((way + drive, start))
        return (min(way for way, _ in found), min(start for _, start in found)) if found else None

    def _drives_of(self, target: Target) -> list[int]:
        """Minutes to the site from each assembly of its city."""
        if target.id not in self._drives:
            self._drives[target.id] = [self.direct(a, target.id) for a in self.assemblies[target.site.city]]
        return self._drives[target.id]

    def _musters_of(self, officers: OfficerClass, city: str) -> list[tuple[int, int]]:
        """For each assembly of the city the minutes from the officers' base, and when they are ready there."""
        key = officers.base, officers.available_from, city
        if key not in self._musters:
            self._musters[key] = [
                (self.direct(officers.base, a), ready_minute(self.scenario, officers.officers[0], a))
                for a in self.assemblies[city]
            ]
        return self._musters[key]

    def muster(self, i: int, city: str, last: int) -> float | None:
        """Least travel (and price) of a commander of this class to a muster before a raid at `last`; None: too late."""
        ways = (
            way + price
            for officers, price in self.force.members(i)
            for way, ready in self._musters_of(officers, city)
            if ready + self.doctrine.brief_minutes <= last
        )
        return min(ways, default=None)

    def from_base(self, base: str, site: str, way: Callable[[str, str], int]) -> float:
        """Least minutes from the base to the site; from all the bases far away, the least of theirs with the price."""
        if base != FAR:
            return way(base, site)
        return min(way(there, site) + price for there, price in self.force.far_bases.items())

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
            if self.most_late is not None:
                latest = min(latest, self.doctrine.strike_window + self.most_late // priority)
            latest = min(latest, self.until.get(site_id, latest))
            if site_id in closed or not 0 <= earliest <= latest:
                continue
            yield Target(
                site,
                suspects,
                squad_needs(self.operation, site, suspects),
                priority,
                raid_minutes(self.operation, site),
                set_minutes(self.operation, site),
                earliest,
                latest,
            )


def unavoidable(ground: Ground) -> int:
    """Priority that every plan misses."""
    return sum(s.priority for s in ground.operation.suspects) - sum(t.priority for t in ground.everywhere)


def late_at_most(scenario: Scenario, found: Score) -> int:
    """The exposure by late raids that no plan exceeds which misses and exposes at most what was found.

    The rest is exposed over links to doors that no plan opens, unless the site at the other end is not raided either.
    Which of those to leave out, with what may be missed beside them, is a knapsack; its least is taken without whole
    numbers (G. B. Dantzig, "Discrete-variable extremum problems", Operations Research 5(2), 1957).
    """
    ground = Ground(scenario, None)
    raidable, torn = {t.id: t for t in ground.everywhere}, Counter[str]()
    for pair, weight in linked_sites(scenario.operation).items():
        open_ends = [site for site in pair if site in raidable]
        if len(open_ends) == 1:
            torn[open_ends[0]] += weight * scenario.operation.doctrine.last_raid
    spare, least = float(found.missed - unavoidable(ground)), 0.0
    for site in sorted(torn, key=lambda s: (-torn[s] / raidable[s].priority, s)):
        left_out = min(1.0, max(0.0, spare) / raidable[site].priority)
        spare -= left_out * raidable[site].priority
        least += (1 - left_out) * torn[site]
    return max(0, found.exposure - ceil(least - 1e-6))
