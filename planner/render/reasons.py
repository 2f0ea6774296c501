"""Why a suspect is missed, in a sentence."""

from planner.explain import Reason
from planner.files.pins import dump_pin
from planner.needs import SKILL
from planner.plan import Missed
from planner.render.edit_words import described_pin
from planner.render.formatting import h_minutes, word

SENTENCES = {
    "no-warrant": "No warrant valid at H",
    "pinned-skip": "A pin says that the site is not raided",
    "pins-exclude": "Pins exclude each other: {pins}",
    "pins-exclude-others": "Pins exclude a raid here beside that on {sites}: {pins}",
    "start-impossible": "The raid would have to start from H to {latest}, and a pin says otherwise: {pins}",
    "hour-impossible": "The warrant ends before a raid could start",
    "no-assembly": "No assembly point in the city",
    "no-way-in": "No way leads from an assembly point to the door: all are closed",
    "no-way-out": "No way leads from the door to a custody place: all are closed",
    "duty-short": "Briefing, approach, wait at the door and raid take {needed} minutes; a squad's duty may last {duty}",
    "custody-far": "No custody place lies within {minutes} minutes, as custody and duty would have it",
    "cells-short": "Custody places in reach: cells {cells}, suspects here {suspects}",
    "officer-late": "A pin puts {officer} there, who could start at {soonest}; it would have to be {latest}: {pins}",
    "team-elsewhere": "Pins give the door to team {team}, which works in {city}: {pins}",
    "team-full": "Pins give the door to team {team}, which is full (squads at most: {squads}): {pins}",
    "officer-taken": "A pin puts {officer} there, who serves in {unit}: {pins}",
    "no-teams": "The operation allows no team",
    "teams-elsewhere": "All teams that are allowed work in other cities: {teams}",
    "teams-full": "No further team is allowed, and those in {city} are full (squads at most: {squads})",
    "stopped": "The run was stopped before a squad was found",
    "not-in-time": "Not looked at in time: the search was cut short",
    "force-short": "The officers left in reach lack: {needs}",
    "too-late": "The officers left could start at {soonest}; it would have to be {latest} at the latest",
    "no-commander": "Nobody is left in reach who may command a team: rank {rank} is needed",
    "cars-short": "Vehicles left in reach: seats {seats}, officers needed {officers}",
    "seats-far": "Officers left who come by themselves (up to {own_way} min) or have a seat of their base: {able}; "
    "needed: {officers}",
    "no-squad": "No squad was found for it among those who are left",
}
CODES = ("no-warrant", "no-squad", "No squad could be formed from what is left")
"""What a plan file may have in place of a reason: a word, or what earlier plans said without a proof."""
NEEDS = ("officers", "lead", "local", "woman")
SKILLS = ("entry", "medic", "forensics", "interview")
MOMENTS = ("soonest", "latest")
"""Figures that are minutes from H."""


def sentence(reason: Reason, lang: str) -> str:
    """The reason as a sentence in the language."""
    figures = {key: h_minutes(n) if key in MOMENTS else n for key, n in reason.figures.items()}
    needs = ", ".join(f"{_need(n, lang)} {k}" for n, k in reason.figures.items())
    pins = word("; ", lang).join(described_pin(dump_pin(pin), lang) for pin in reason.pins)
    values = {**figures, **reason.names, "needs": needs, "pins": pins}
    return word(SENTENCES[reason.code], lang).format(**values)


def _need(need: str, lang: str) -> str:
    """A need as people call it; a skill by the word that the operation has for it."""
    skill = need.removeprefix(SKILL)
    return word(skill, lang) if (need in NEEDS or skill in SKILLS) else skill


def missed_said(missed: Missed, found: Reason | None, lang: str) -> str:
    """Why the plan does not arrest somebody: our own reasons as `found` says them, others as the plan has them."""
    if found is None:
        return missed.reason
    is_ours = missed.reason in (sentence(found, "en"), *CODES)
    return sentence(found, lang) if is_ours else missed.reason
