"""A road service in a thread of the test, on a data folder with the small town of `tests.road_network`."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from roads.client import NoRoads, RoadService
from roads.ordering import order_of
from roads.pack import make_pack
from roads.service import serve
from tests.road_network import Point, degrees, town


def town_pack(data: Path, name: str = "town") -> Path:
    """The pack of the small town lies in a data folder, at once."""
    scratch = data.parent / f"{data.name}-making"
    scratch.mkdir(parents=True, exist_ok=True)
    made = make_pack(town(scratch), scratch / name, lambda *_: None, order_of)
    (data / "areas").mkdir(parents=True, exist_ok=True)
    shutil.move(made.folder, data / "areas" / name)
    return data / "areas" / name


@contextmanager
def serving(data: Path) -> Iterator[RoadService]:
    """A service of the data folder that answers, until the block ends."""
    end, service = threading.Event(), RoadService(data, 10)
    thread = threading.Thread(target=serve, args=(data, end))
    thread.start()
    try:
        until(lambda: is_settled(known(service)))
        yield service
    finally:
        end.set()
        thread.join()


def is_settled(areas: dict[str, dict[str, str]]) -> bool:
    """Whether there are areas, and none is being loaded."""
    return bool(areas) and all(area["state"] != "loading" for area in areas.values())


def known(service: RoadService) -> dict[str, dict[str, str]]:
    """The areas that a service knows; none while it does not answer."""
    try:
        return service.areas()
    except NoRoads:
        return {}


def until(is_so: Callable[[], object], seconds: float = 60) -> None:
    """Waits until it is so."""
    late = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < late, "it never came to be"
        time.sleep(0.05)


def points(**at: Point) -> dict[str, tuple[float, float]]:
    """Id -> latitude and longitude of points of the grid."""
    return {name: degrees(point) for name, point in at.items()}
