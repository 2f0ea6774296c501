"""Minutes that were computed on roads, put into an operation's document: what somebody knows better always stands."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from planner.files.fault import UnfitValue

Document = dict[str, Any]


def with_minutes(
    document: Document, ids: Sequence[str], minutes: Sequence[Sequence[int | None]], *, replace: bool = False
) -> Document:
    """The document with the minutes as its matrix, no road (None) as a closed leg.

    Its own legs stand, and so do the minutes of its own matrix unless that is to be replaced.
    """
    own = {} if replace else _own_minutes(document)
    legs = list(document.get("legs", ()))
    known = {(leg["from"], leg["to"]) for leg in legs} | own.keys()
    rows = []
    for a, row in zip(ids, minutes, strict=True):
        cells = zip(ids, row, strict=True)
        rows.append([own.get((a, b), 0 if value is None else value) for b, value in cells])
        closed = (b for b, value in zip(ids, row, strict=True) if value is None and (a, b) not in known)
        legs += [{"from": a, "to": b, "minutes": None} for b in closed]
    travel = {"kind": "matrix", "ids": list(ids), "minutes": rows}
    return {**document, "travel": travel} | ({"legs": legs} if legs else {})


def put_minutes(travel: Document, row: Mapping[str, Any]) -> tuple[Document, list[dict[str, Any]]]:
    """The travel matrix with minutes on roads put into it, and the legs that are closed since no road leads there.

    `row`: `{"points": [id], "cells": [[from, to, minutes or None]]}`; each of the points is new in the matrix and has
    a cell from and to every other. Raises `UnfitValue` where that is not so.
    """
    points, cells = row.get("points"), row.get("cells")
    if travel.get("kind") != "matrix" or not isinstance(points, list) or not isinstance(cells, list):
        raise UnfitValue("minutes-form")
    ids, old = [*travel["ids"], *points], len(travel["ids"])
    try:
        at = {name: i for i, name in enumerate(ids)}
        found = {(at[a], at[b]): value for a, b, value in cells}
    except (TypeError, ValueError, KeyError) as error:
        raise UnfitValue("minutes-form") from error
    minutes = [[*told, *[None] * len(points)] for told in travel["minutes"]]
    minutes += [[0 if i == j else None for j in range(len(ids))] for i in range(old, len(ids))]
    for (i, j), value in found.items():
        minutes[i][j] = 0 if value is None else value
    if len(at) < len(ids) or any(value is None for told in minutes for value in told):
        raise UnfitValue("minutes-form")
    closed = [{"from": ids[i], "to": ids[j], "minutes": None} for (i, j), value in found.items() if value is None]
    return {**travel, "ids": ids, "minutes": minutes}, closed


def changed_cells(
    document: Document, imported: Mapping[str, Any], minutes: Mapping[tuple[str, str], int | None]
) -> list[list[Any]]:
    """Of these minutes (None: no road left) those that count in a document planned on roads, as cells of `put_minutes`.

    What somebody entered as a leg or imported as a matrix stands.
    """
    own, known = set(imported.get("ids", ())), set(document["travel"]["ids"])
    legs = {(leg["from"], leg["to"]) for leg in document.get("legs", ())}
    return [
        [a, b, new] for (a, b), new in minutes.items() if (a, b) not in legs and not {a, b} <= own and {a, b} <= known
    ]


def different(
    ids: Sequence[str], before: Sequence[Sequence[int | None]], after: Sequence[Sequence[int | None]]
) -> dict[tuple[str, str], int | None]:
    """The pairs of points whose minutes are others than before, with these minutes; None: no road left."""
    return {
        (a, b): new
        for a, old_row, new_row in zip(ids, before, after, strict=True)
        for b, old, new in zip(ids, old_row, new_row, strict=True)
        if old != new and a != b
    }


def restrict(travel: Document, stays: Callable[[str], bool]) -> Document:
    """The travel matrix with the points that stay."""
    stay = [i for i, point in enumerate(travel["ids"]) if stays(point)]
    if len(stay) == len(travel["ids"]):
        return travel
    minutes = [[travel["minutes"][i][j] for j in stay] for i in stay]
    return {**travel, "ids": [travel["ids"][i] for i in stay], "minutes": minutes}


def shares(document: Document, by_area: Mapping[str, Sequence[str]], ids: Sequence[str]) -> dict[str, int]:
    """How many ordered pairs of the points get their minutes from where; what comes first counts.

    `legs`, `matrix`, `area NAME` for each area (name -> the points that it joins), `line` for the rest.
    """
    there = set(ids)
    legs = {(leg["from"], leg["to"]) for leg in document.get("legs", ()) if leg["from"] != leg["to"]}
    legs = {(a, b) for a, b in legs if a in there and b in there}
    travel = document.get("travel") or {}
    own = there.intersection(travel.get("ids", ()))
    found = {"legs": len(legs), "matrix": _pairs(own) - sum(a in own and b in own for a, b in legs)}
    for name, points in by_area.items():
        joined = there.intersection(points)
        apart = sum(a in joined and b in joined and not (a in own and b in own) for a, b in legs)
        found[f"area {name}"] = _pairs(joined) - _pairs(joined & own) - apart
    return found | {"line": _pairs(there) - sum(found.values())}


def _pairs(points: set[str]) -> int:
    return len(points) * (len(points) - 1)


def _own_minutes(document: Document) -> dict[tuple[str, str], int]:
    """The minutes of the document's own matrix."""
    travel = document.get("travel") or {}
    if travel.get("kind") != "matrix":
        return {}
    rows = zip(travel["ids"], travel["minutes"], strict=True)
    return {(a, b): minutes for a, row in rows for b, minutes in zip(travel["ids"], row, strict=True)}
