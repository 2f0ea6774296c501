"""What is routed: visits, vehicles and the gaps between visits, as rows.

A reader (planner.bench.hhcrsp, planner.solver.routes) writes rows; nothing in this room knows what a visit is
for. Cost = sum over vehicles of weight x travel + sum over visits of (late_weight x lateness + start_weight x start)
+ worst_weight x the largest lateness + sum over links of weight x minutes apart + what is skipped; lateness =
max(0, start - due). Whatever breaks a hard end costs so much more that it is only kept while there is nothing better.
What loads bring to a `Store` waits there: for each beyond the first `at_once`, `minutes` are cost, twice that beyond
the second `at_once`, and so on.
"""

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
RngState = npt.NDArray[np.uint64]  # the state of the generator of numbers
Flags = npt.NDArray[np.bool_]
Rows = Any  # records: a loop reads row n's field as rows[n].field
HARD = 1e5  # cost of a minute beyond a hard end
Routes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay of some minutes at a place by one of the vehicles that are able; the start of the window is hard.

    `skip_cost`: what it costs that nobody comes; None: somebody must. `joins`: behind another such visit at the same
    place it begins together with that one. `others`: places where it may be instead.
    """

    place: int
    minutes: float
    able: frozenset[int]
    opens: float = 0.0
    due: float = inf
    closes: float = inf
    late_weight: float = 0.0
    start_weight: float = 0.0
    skip_cost: float | None = None
    joins: bool = False
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Store:
    """A place takes `room` of what loads bring, and each `at_once` of them wait `minutes` longer than those before."""

    place: int
    room: int
    at_once: int
    minutes: float


@dataclass(frozen=True, slots=True)
class RouteVehicle:
    """A unit that leaves `start` when ready, and ends at `end` (None: at its last visit) by `home_by`.

    It has `room` for so many aboard at once, who are of no more than `kinds` kinds; of several, for `mixed`.
    """

    start: int
    end: int | None
    ready: float = 0.0
    home_by: float = inf
    weight: float = 1.0
    room: int = 0
    kinds: int = 1
    mixed: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """So many (at least 1) of some kinds (a set of bits) are picked up at one visit and delivered at another.

    Both are on one route, the delivery later; or the pickup is skipped, and a vehicle that is not able to do it makes
    the delivery its last visit: it has them aboard when it starts, or, where they come from a visit (`source`), when
    that was the visit before.
    """

    pickup: int
    delivery: int
    number: int
    kinds: int = 1
    source: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """The second visit starts at least `least` and at most `most` minutes after the first.

    Visits that hang together through gaps are a group: they are moved together and go to different vehicles.
    """

    first: int
    second: int
    least: float = -inf
    most: float = inf


@dataclass(frozen=True, slots=True)
class Hold:
    """Who is at the visit, or the vehicle at its start, goes on no sooner than `minutes` after `by` has begun.

    Of a visit `by` on no route nobody takes notice.
    """

    by: int
    minutes: float
    visit: int | None = None
    vehicle: int | None = None


@dataclass(frozen=True, slots=True)
class Coupling:
    """Each minute beyond `free` that the starts of two visits are apart costs `weight`; one on no route opens."""

    first: int
    second: int
    weight: float
    free: float = 0.0


@dataclass(frozen=True, slots=True)
class Routing:
    """A question to the routing core. `travel[a, b]` is minutes from place a to place b.

    A vehicle whose first leg takes more than `long_leg` arrives `rest` minutes later than that.
    """

    travel: Floats
    visits: tuple[Visit, ...]
    vehicles: tuple[RouteVehicle, ...]
    gaps: tuple[Gap, ...] = ()
    worst_weight: float = 0.0
    loads: tuple[Load, ...] = ()
    stores: tuple[Store, ...] = ()
    holds: tuple[Hold, ...] = ()
    links: tuple[Coupling, ...] = ()
    long_leg: float = inf
    rest: float = 0.0
