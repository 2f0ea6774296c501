"""An edit of an operation in a sentence, for the people who made it and for those whom it concerns."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from planner.edits import MINUTES, Document, Edit, Row, by_key
from planner.files.named_facts import concealed
from planner.i18n import N_, gettext
from planner.render.formatting import h_minutes
from planner.travel import great_circle_km

NOUNS = {
    "agencies": N_("Agency"),
    "places": N_("Place"),
    "officers": N_("Officer"),
    "vehicles": N_("Vehicle"),
    "sites": N_("Site"),
    "suspects": N_("Suspect"),
}
SENTENCES = {
    "gone": N_("{noun} {key} removed"),
    "officer gone": N_("Officer {key} not available"),
    "vehicle gone": N_("Vehicle {key} not available"),
    "new": N_("{noun} {key} added"),
    "changed": N_("{noun} {key}: {what}"),
    "became": N_("{field} {old} → {new}"),
    "moved": N_("moved by {metres} m"),
    "placed": N_("point added"),
    "to another site": N_("moved from {old} to {new}"),
    "warrant withdrawn": N_("warrant withdrawn"),
    "warrant": N_("warrant {number}, until {expires}"),
    "link": N_("{a} and {b} linked: they would warn each other"),
    "link weight": N_("{a} and {b} linked with weight {weight}: they would warn each other"),
    "no link": N_("Link between {a} and {b} removed"),
    "address": N_("{suspect} may also be at {site}"),
    "address chance": N_("{suspect} may also be at {site} (probability {chance})"),
    "no address": N_("{site} is no longer a further address of {suspect}"),
    "leg": N_("Travel time {source} to {target}: {minutes} min"),
    "leg closed": N_("Route {source} to {target} closed"),
    "no leg": N_("Travel time {source} to {target}: back to the map estimate"),
    "hour": N_("H moved from {old} to {new}"),
    "hour kept": N_("H moved from {old} to {new}; availability keeps its clock times"),
    "name": N_("Operation renamed to {new}"),
    "details": N_("Details of the operation changed"),
    "max_teams": N_("Maximum teams: {old} → {new}"),
    "figure": N_("{figure}: {old} → {new}"),
    "travel": N_("Travel time table changed"),
    "minutes": N_("Travel times changed: {number} routes"),
    "minutes of points": N_("Travel times on roads: {points}"),
    "roads": N_("Travel: {what} changed"),
    "travel of point": N_("{point} removed from the travel time table: map estimates apply"),
    "officer at site": N_("{officer} takes part in the raid on {site}, if it is raided"),
    "officer not at site": N_("{officer} takes no part in the raid on {not_site}"),
    "officer in team": N_("{officer} serves only in team {team}, or commands it"),
    "officer reserved": N_("{officer} held in reserve"),
    "site in team": N_("Team {team} raids {site}, if it is raided"),
    "site start": N_("The raid on {site} starts at {minute}, if it is raided"),
    "site skipped": N_("{site} not to be raided"),
    "sites together": N_("{a} and {b} raided by the same team, if both are raided"),
    "lifted": N_("Withdrawn: {what}"),
}
PINS = {
    ("officer", "site"): "officer at site",
    ("not_site", "officer"): "officer not at site",
    ("officer", "team"): "officer in team",
    ("officer", "reserve"): "officer reserved",
    ("site", "team"): "site in team",
    ("site", "start"): "site start",
    ("site", "skip"): "site skipped",
    ("together",): "sites together",
}
PLACE = ("lat", "lon", "datum", "given_lat", "given_lon")
NOTHING = "\N{EN DASH}"


def describe_edit(before: Document, edit: Edit, lang: str) -> str:
    """The edit of this document in a sentence of the language."""
    if edit.table in NOUNS:
        return _of_row(edit, by_key(edit.table, before).get(edit.key), lang)
    if edit.table in ("links", "legs", "addresses", "pins"):
        return _of_pair(edit, by_key(edit.table, before).get(edit.key, {}), lang)
    return _of_figure(before, edit, lang)


def _told(code: str, lang: str, **values: object) -> str:
    return gettext(SENTENCES[code], lang).format(**values)


def _of_row(edit: Edit, old: Row | None, lang: str) -> str:
    noun = gettext(NOUNS[edit.table], lang)
    if edit.row is None:
        special = {"officers": "officer gone", "vehicles": "vehicle gone"}.get(edit.table, "gone")
        return _told(special, lang, noun=noun, key=edit.key)
    if old is None:
        return _told("new", lang, noun=noun, key=edit.key)
    return _told("changed", lang, noun=noun, key=edit.key, what=changed_fields(old, edit.row, lang))


def changed_fields(old: Row, new: Row, lang: str) -> str:
    """What differs between two rows, or between those fields of them that were kept, in one line."""
    return ("；" if lang == "zh" else "; ").join(_changes(old, new, lang))


def _changes(old: Row, new: Row, lang: str) -> Iterator[str]:
    """What differs between the two rows, field by field; a move on the map in metres."""
    if any(old.get(key) != new.get(key) for key in ("lat", "lon")):
        yield _moved(old, new, lang)
    shown_old, shown_new = concealed(old), concealed(new)
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) == new.get(key) or key in PLACE:
            continue
        was, now = shown_old.get(key), shown_new.get(key)
        if key == "warrant":
            yield _told("warrant", lang, **now) if now else _told("warrant withdrawn", lang)
        elif key == "site":
            yield _told("to another site", lang, old=was, new=now)
        else:
            field = gettext(FIELDS.get(key, key), lang)
            yield _told("became", lang, field=field, old=_value(key, was), new=_value(key, now))


def _moved(old: Row, new: Row, lang: str) -> str:
    ends = (old.get("lat"), old.get("lon"), new.get("lat"), new.get("lon"))
    if any(end is None for end in ends):
        return _told("placed", lang)
    return _told("moved", lang, metres=round(1000 * great_circle_km(*ends)))  # type: ignore[arg-type]  # none is None


FIELDS = {
    "name": N_("name"),
    "address": N_("address"),
    "point_for": N_("address of the point"),
    "label": N_("label"),
    "level": N_("level"),
    "cities": N_("cities"),
    "city": N_("city"),
    "kind": N_("kind"),
    "cells": N_("cells"),
    "rooms": N_("rooms"),
    "agency": N_("agency"),
    "base": N_("base"),
    "sex": N_("sex"),
    "rank": N_("rank"),
    "skills": N_("skills"),
    "team": N_("team"),
    "available_from": N_("available from"),
    "available_to": N_("available until"),
    "seats": N_("seats"),
    "risk": N_("risk"),
    "exam": N_("scene examination"),
    "further needs": N_("further needs"),
    "officers": N_("officers"),
    "raid_minutes": N_("raid duration (min)"),
    "set_minutes": N_("time in position before the raid (min)"),
    "born": N_("date of birth"),
    "priority": N_("priority"),
    "details": N_("details"),
}


def _value(key: str, value: Any) -> str:
    """A field's value as people read it; nothing given is a dash."""
    if value is None or value in ([], {}):
        return NOTHING
    if key in ("available_from", "available_to"):
        return h_minutes(value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {number}" for name, number in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _of_pair(edit: Edit, old: Row, lang: str) -> str:
    row = edit.row if edit.row is not None else old
    if edit.table == "pins":
        said = described_pin(row, lang)
        return said if edit.row is not None else _told("lifted", lang, what=said)
    if edit.table == "links":
        weight = row.get("weight", 1)
        code = "no link" if edit.row is None else "link" if weight == 1 else "link weight"
        return _told(code, lang, a=row["a"], b=row["b"], weight=weight)
    if edit.table == "addresses":
        chance = row.get("chance", 0)
        code = "no address" if edit.row is None else "address chance" if chance else "address"
        return _told(code, lang, suspect=row["suspect"], site=row["site"], chance=chance)
    ends = {"source": row["from"], "target": row["to"]}
    code = "no leg" if edit.row is None else "leg closed" if row["minutes"] is None else "leg"
    return _told(code, lang, **ends, minutes=row["minutes"])


def described_pin(row: Row, lang: str) -> str:
    """The pin in a sentence of the language."""
    both = row.get("together", (None, None))
    values = {**row, "a": both[0], "b": both[1], "minute": h_minutes(row.get("start", 0))}
    return _told(PINS[_form(row)], lang, **values)


def _form(row: Row) -> tuple[str, ...]:
    return next(keys for keys in PINS if set(keys) == set(row))


def _of_travel(edit: Edit, lang: str) -> str:
    if edit.key == MINUTES and edit.row is not None:
        points = ", ".join(edit.row["points"])
        return _told("minutes of points" if points else "minutes", lang, points=points, number=len(edit.row["cells"]))
    return _told("travel", lang) if edit.key == "travel" else _told("travel of point", lang, point=edit.key)


def _of_figure(before: Document, edit: Edit, lang: str) -> str:
    new = None if edit.row is None else edit.row.get("value")
    if edit.table == "travel":
        return _of_travel(edit, lang)
    if edit.table == "roads":
        return _told("roads", lang, what=edit.key)
    if edit.table == "doctrine":
        old = before.get("doctrine", {}).get(edit.key)
        return _told("figure", lang, figure=edit.key, old=_value(edit.key, old), new=_value(edit.key, new))
    if edit.table == "hour":
        new = None if edit.row is None else edit.row["h_hour"]
        return _told("hour kept", lang, old=_moment(before["h_hour"]), new=_moment(str(new)))
    if edit.key == "h_hour":
        return _told("hour", lang, old=_moment(before["h_hour"]), new=_moment(str(new)))
    return _told(edit.key, lang, old=before.get(edit.key), new=new)


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M}"
