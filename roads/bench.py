"""What the engine takes beside Dijkstra in the same run: CPU seconds, and their ratios."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from roads.closures import Bars
from roads.engine import Roads
from roads.pack import Area
from roads.profile import profile
from roads.snapping import Joint

NUM_POINTS, NUM_SOURCES, NUM_PAIRS, NUM_CLOSED = 300, 60, 300, 50
T = TypeVar("T")


@dataclass(frozen=True)
class Timing:
    """What was done, in how many CPU seconds, and which part of Dijkstra's time that is (None: none of his)."""

    what: str
    seconds: float
    ratio: float | None = None


def figures(area: Area) -> Iterator[Timing]:
    """The figures of an area, on points that are drawn from a seed. Raises AssertionError where the engine errs."""
    rng = np.random.default_rng(1)
    loaded, roads = timed(lambda: area.roads(profile(), "car"))
    yield Timing("load the pack and make the hierarchy", loaded)
    num, graph = min(NUM_POINTS, area.graph.num_nodes), area.graph
    around = graph.nodes[rng.choice(graph.num_nodes, num, replace=False)] / 1e7 + rng.normal(0, 0.001, (num, 2))
    snapped, found = timed(lambda: area.snapper.joints([(lat, lon) for lon, lat in around.tolist()]))
    joints = [joint for joint in found if joint is not None]
    yield Timing(f"join {num} points to the roads", snapped)
    arcs = _arcs(roads)
    sources = [roads.exits(joint)[0][0] for joint in joints]
    usual, _ = timed(lambda: dijkstra(arcs, indices=sources))
    yield Timing(f"{num} x {num} minutes by Dijkstra", usual, 1)
    taken, ms = timed(lambda: roads.milliseconds(joints))
    yield Timing(f"{num} x {num} minutes", taken, taken / usual)
    _check(roads, joints, ms, arcs, rng)
    shut_at = rng.choice(graph.num_stretches, min(NUM_CLOSED, graph.num_stretches // 2), replace=False)
    closed = Bars(dict.fromkeys(shut_at.tolist(), ((0.0, 1.0),)))
    taken, shut = timed(lambda: roads.milliseconds(joints, closed))
    assert (shut >= ms).all(), "a closure made a way shorter"
    yield Timing(f"close {len(shut_at)} stretches, {num} x {num} minutes, open them", taken, taken / usual)
    pairs = [(joints[i], joints[-1 - i]) for i in range(num // 2)]
    taken, _ = timed(lambda: [roads.route(*pair) for pair in pairs])
    yield Timing("one way with its course", taken / max(1, len(pairs)))


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """CPU seconds that the work takes, and what it gives."""
    began = time.process_time()
    done = work()
    return time.process_time() - began, done


def _check(roads: Roads, joints: list[Joint], ms: NDArray[np.int64], arcs: csr_array, rng: np.random.Generator) -> None:
    """On random pairs the engine's cell is what Dijkstra finds, and its way takes as long. Raises AssertionError."""
    first = rng.choice(len(joints), min(NUM_SOURCES, len(joints)), replace=False)
    exits = sorted({node for i in first.tolist() for node, _ in roads.exits(joints[i])})
    between = dict(zip(exits, dijkstra(arcs, indices=exits), strict=True))
    for i, j in zip(
        rng.choice(first, NUM_PAIRS).tolist(), rng.integers(0, len(joints), NUM_PAIRS).tolist(), strict=True
    ):
        source, target = joints[i], joints[j]
        ways = [out + between[a][b] + rest for a, out in roads.exits(source) for b, rest in roads.entries(target)]
        best = min(roads.direct(source, target), *ways) + roads.walk_ms(source) + roads.walk_ms(target)
        route = roads.route(source, target)
        assert i == j or ms[i, j] == best, "Dijkstra finds another time"
        assert i == j or (route is not None and route.ms == ms[i, j]), "a way does not take what its cell says"


def _arcs(roads: Roads) -> csr_array:
    """The arcs with their milliseconds; of parallel ones the fastest."""
    order = np.lexsort((roads.weights, roads.arcs.head, roads.arcs.tail))
    tail, head = roads.arcs.tail[order].astype(np.int32), roads.arcs.head[order].astype(np.int32)
    is_first = np.concatenate([[True], (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])])
    weights, num = roads.weights[order][is_first].astype(float), roads.graph.num_nodes
    return csr_array(coo_array((weights, (tail[is_first], head[is_first])), (num, num)))
