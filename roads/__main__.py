"""Roads from the shell: the minutes of an operation on area packs, and what the engine takes for them."""

import json
import math
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

import click

from planner.files import Unreadable, one_line, parse_operation, read_json
from planner.files.scratch import whole_file
from planner.ground import ground_json
from planner.operation import Operation
from planner.road_minutes import with_minutes
from planner.travel import FAR_M
from roads.bench import figures
from roads.closures import Closure
from roads.factors import BadFactors, Factors, factors_of, read_factors, with_factors
from roads.ground import ground_of
from roads.hosted import HostedRouter
from roads.manifest import BadPack
from roads.pack import Area, open_area
from roads.port import Point, RouterFault
from roads.profile import profile
from roads.routers import hosted_router
from roads.travelling import Changed, Joined, Minutes, changed, join, join_by, minutes_by, minutes_over
from settings import BadSettings, areas_folder, router, router_host

UNREADABLE, UNCONFIRMED = 2, 1
CONFIGURED = "setting"
"""The router that H_HOUR_ROUTER names."""
SPAN = 14 * 24 * 60
"""Minutes before and after H that may be spanned."""
FILE = click.Path(dir_okay=False, exists=True, path_type=Path)
Document = dict[str, Any]


class Unusable(click.ClickException):
    """What could not be taken: a sentence on standard error."""

    exit_code = UNREADABLE

    def show(self, file: Any = None) -> None:
        """The sentence, without a word before it."""
        click.echo(self.message, err=True)


class Unconfirmed(Unusable):
    """Points that somebody must look at first."""

    exit_code = UNCONFIRMED


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Compute travel minutes on roads.

    Exit status: 0 done; 1 points must be confirmed first; 2 something could not be read or written.
    """


@main.command()
@click.argument("operation", type=FILE)
@click.option("--area", "areas", multiple=True, help="Name of an added area; may be repeated.")
@click.option(
    "--router",
    "told",
    help="osrm=URL, valhalla=URL, or setting (H_HOUR_ROUTER). That host is told every place and site.",
)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option("--vehicle", type=click.Choice(list(profile().vehicles)), default="car", show_default=True)
@click.option("--closures", "closures", type=FILE, help="Closed or slow roads (JSON list).")
@click.option(
    "--span",
    nargs=2,
    type=click.IntRange(-SPAN, SPAN),
    metavar="FIRST LAST",
    help="Minutes from H, first departure to last delivery: closures of other hours do not count; else all do.",
)
@click.option(
    "--factors", "factors", type=FILE, help="Factors of the time of day (TOML), instead of the installation's."
)
@click.option("--confirm", "confirmed", multiple=True, help="Id of a doubtful point to use as it is; all: every one.")
@click.option("--replace", is_flag=True, help="Drop the file's own travel matrix instead of keeping its minutes.")
def matrix(
    operation: Path,
    areas: Sequence[str],
    told: str | None,
    output: Path,
    vehicle: str,
    closures: Path | None,
    span: tuple[int, int] | None,
    factors: Path | None,
    confirmed: Sequence[str],
    replace: bool,
) -> None:
    """Write OPERATION with travel minutes on the roads of the areas, or by a router on another host.

    Legs and the file's own matrix take precedence.
    """
    if bool(areas) == bool(told):
        raise Unusable("Name one or several with --area, or a router with --router.")
    if told and (closures or factors):
        raise Unusable("Closures and factors are for areas: another host's router knows neither.")
    if span and (not closures or span[0] > span[1]):
        raise Unusable("--span is for --closures, the first minute before the last.")
    document = _document(operation)
    known = parse_operation(document)
    points = _points(document)
    if told:
        made, lines = _by_router(told, vehicle, points, confirmed)
    else:
        shut = _closures(closures, known)
        if shut:
            click.echo(told_hours(shut, span, known))
        shut = [closure for closure in shut if span is None or closure.overlaps(*span)]
        clock = known.at(0).time()
        made, lines = _by_areas(areas, vehicle, points, confirmed, shut, _factors(factors), clock)
    with_roads = with_minutes(document, made.ids, made.minutes, replace=replace)
    parse_operation(with_roads)
    with whole_file(output) as file:
        file.write((json.dumps(with_roads, ensure_ascii=False, indent=1) + "\n").encode())
    click.echo("\n".join(lines))


@main.command()
@click.argument("operation", type=FILE)
@click.option("--area", "areas", multiple=True, required=True, help="Name of an added area; may be repeated.")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
def ground(operation: Path, areas: Sequence[str], output: Path) -> None:
    """Write what maps and sheets of OPERATION draw of the areas: streets, water, names."""
    made = ground_of([_area(name) for name in areas], list(_points(_document(operation)).values()))
    if made is None:
        raise Unusable("None of the areas covers a place or site of the operation.")
    with whole_file(output) as file:
        file.write((ground_json(made) + "\n").encode())
    click.echo(f"Streets: {len(made.roads)}, names of places: {len(made.labels)}; {made.credit}")


@main.command()
@click.argument("area")
def bench(area: str) -> None:
    """Measure the engine on AREA beside Dijkstra's algorithm in the same run, in CPU seconds."""
    click.echo(f"{'what':64} {'CPU s':>9} {'of Dijkstra':>12}")
    for figure in figures(_area(area)):
        ratio = "" if figure.ratio is None else f"{figure.ratio:12.4f}"
        click.echo(f"{figure.what:64} {figure.seconds:9.4f} {ratio}")


def report(joined: Mapping[str, Joined], source: str = "areas") -> Iterator[str]:
    """A line for each point: how far from which road, and what follows."""
    for name, found in joined.items():
        joint = found.joint
        if joint is None:
            yield f"{one_line(name):12}  outside the {source}: straight lines"
            continue
        where = one_line(found.road) or "road without a name"
        warning = "; a walk is added" if found.is_walked else ""
        warning = f"; farther than {FAR_M} m: confirm" if joint.metres > FAR_M else warning
        if joint.lone_metres is not None:
            warning += f"; a road {joint.lone_metres:.0f} m away is not connected: confirm"
        yield f"{one_line(name):12}  {joint.metres:5.0f} m  {where}{warning}"


def told_changes(change: Changed) -> str:
    """What the closures change, in a line."""
    lost = ", ".join(map(one_line, change.cut_off)) or "none"
    return f"Closures: {change.num_longer} pairs longer, by up to {change.most_minutes} min; points cut off: {lost}"


def told_hours(shut: Sequence[Closure], span: tuple[int, int] | None, operation: Operation) -> str:
    """Which closures count for what happens between two minutes from H, in a line."""
    if span is None:
        return f"Closures: all {len(shut)} count, whatever their hours (--span says otherwise)"
    out = [closure.name for closure in shut if not closure.overlaps(*span)]
    first, last = (f"{operation.at(minute):%H:%M} (H{minute:+d})" for minute in span)
    others = f"; not: {', '.join(map(one_line, out))}" if out else ""
    return f"Closures that count from {first} to {last}: {len(shut) - len(out)} of {len(shut)}{others}"


def refuse_doubtful(joined: Mapping[str, Joined], confirmed: Sequence[str]) -> None:
    """Every doubtful point is confirmed. Raises Unconfirmed otherwise, Unusable where there is none to confirm."""
    if unknown := set(confirmed) - joined.keys() - {"all"}:
        raise Unusable(f"No place or site {one_line(min(unknown))} to confirm.")
    doubtful = [name for name, found in joined.items() if found.is_doubtful and not {name, "all"} & set(confirmed)]
    if doubtful:
        names = ", ".join(one_line(name) for name in doubtful)
        raise Unconfirmed(f"Not written: move these points to a road, or confirm each with --confirm ID: {names}")


def summary(made: Minutes, packs: Sequence[Area]) -> Iterator[str]:
    """What the minutes are made of."""
    num_cut = len(made.cut_off)
    yield f"Pairs by road: {made.num_by_road}, by straight lines: {made.num_estimated}, without a road: {num_cut}"
    for area in packs:
        yield f"{area.name}: map of {area.manifest.source_date or 'an unknown day'}, {area.manifest.credit}"


def _by_router(
    told: str, vehicle: str, points: Mapping[str, Point], confirmed: Sequence[str]
) -> tuple[Minutes, list[str]]:
    """Minutes by a router on another host, and what is told of them."""
    asked = _router(told, vehicle)
    try:
        joined = join_by(asked, points)
        click.echo("\n".join(report(joined, "router's map")))
        refuse_doubtful(joined, confirmed)
        made = minutes_by(asked, points, joined)
    except RouterFault as error:
        raise Unusable(str(error)) from error
    return made, [*summary(made, []), f"{asked.name}: map, vehicle and traffic are that host's"]


def _by_areas(
    areas: Sequence[str],
    vehicle: str,
    points: Mapping[str, Point],
    confirmed: Sequence[str],
    shut: Sequence[Closure],
    factors: Factors,
    clock: time,
) -> tuple[Minutes, list[str]]:
    """Minutes on the roads of areas at the clock time of H, and what is told of them."""
    packs = [_area(name) for name in areas]
    joined = join(packs, points)
    click.echo("\n".join(report(joined)))
    refuse_doubtful(joined, confirmed)
    figures = {pack.name: with_factors(factors, clock, pack.name) for pack in packs}
    made = minutes_over(packs, points, joined, vehicle, shut, figures)
    if shut:
        click.echo(told_changes(changed(minutes_over(packs, points, joined, vehicle, (), figures), made)))
    traffic = [told_traffic(factors, clock, pack.name) for pack in packs]
    spread = f"Spread: nine of ten drives take at most {profile().spread:g} times as long (estimate)"
    return made, [*summary(made, packs), *traffic, spread]


def told_traffic(factors: Factors, clock: time, area: str) -> str:
    """Which factors count on the roads of an area at the clock time of H."""
    band = factors.at(clock, area)
    if band is None:
        return f"{area}: no traffic data at {clock:%H:%M}, every factor is 1"
    told = ", ".join(f"{word} {factor:g}" for word, factor in band.factors.items())
    return (
        f"{area}: factors of H's hour ({clock:%H:%M}, {band.hours}): {told}; others 1. Source: {one_line(band.source)}"
    )


def _router(told: str, vehicle: str) -> HostedRouter:
    """The router that is named."""
    try:
        at = router(os.environ) if told == CONFIGURED else router_host(told)
    except (BadSettings, ValueError) as error:
        raise Unusable(f"{error}." if isinstance(error, BadSettings) else f"--router {error}.") from error
    if at is None:
        raise Unusable("H_HOUR_ROUTER names no router.")
    return hosted_router(at.kind, at.url, vehicle)


def _factors(path: Path | None) -> Factors:
    """The factors of a file, or the installation's."""
    try:
        return factors_of(areas_folder(os.environ)) if path is None else read_factors(path)
    except BadFactors as error:
        where = path or areas_folder(os.environ)
        raise Unusable("\n".join(f"{where}: {one_line(fault)}" for fault in error.faults)) from error
    except OSError as error:
        raise Unusable(f"Factors cannot be read ({error.strerror}).") from error


def _points(document: Document) -> dict[str, tuple[float, float]]:
    """Id of a place or site -> latitude and longitude."""
    return {row["id"]: (float(row["lat"]), float(row["lon"])) for row in [*document["places"], *document["sites"]]}


def _document(path: Path) -> Document:
    try:
        document: Document = read_json(path)
        parse_operation(document)
    except Unreadable as error:
        raise Unusable("\n".join(f"{path}: {fault}" for fault in error.faults)) from error
    return document


def _area(name: str) -> Area:
    folder = areas_folder(os.environ) / name
    if not folder.is_dir() or folder.parent != areas_folder(os.environ):
        raise Unusable(f"No area {one_line(name)}; app.py area list shows those there are.")
    try:
        return open_area(folder)
    except BadPack as error:
        raise Unusable(f"{error}.") from error


def _closures(path: Path | None, operation: Operation) -> list[Closure]:
    if path is None:
        return []
    try:
        return [_closure(row, operation) for row in json.loads(path.read_text("utf-8"))]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise Unusable(f"{path}: no list of closures ({error}).") from error


def _closure(row: Mapping[str, Any], operation: Operation) -> Closure:
    """A closure as its file tells it. Raises ValueError, TypeError, KeyError, AttributeError, OverflowError."""
    corners = tuple(tuple(map(float, corner)) for corner in row["corners"])
    start, end = (_minute(row.get(key), operation) for key in ("start", "end"))
    minutes = {"start": None if start is None else math.floor(start), "end": None if end is None else math.ceil(end)}
    return Closure(**{**row, "name": str(row["name"]), "corners": corners, **minutes})


def _minute(told: Any, operation: Operation) -> float | None:
    """Minutes from H: as they are told, or of a moment (ISO 8601; without an offset by the operation's clocks)."""
    if told is None or (isinstance(told, int) and not isinstance(told, bool)):
        return told
    if not isinstance(told, str):
        raise ValueError(f"{told!r} is neither minutes from H nor a moment")
    moment = datetime.fromisoformat(told)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=operation.zone)
    return (moment - operation.h_hour).total_seconds() / 60


if __name__ == "__main__":
    try:
        main()
    except BadPack as error:
        click.echo(f"{error}.", err=True)
        sys.exit(UNREADABLE)
