"""Why a suspect is missed, in a sentence."""

from planner.explain import Reason
from planner.files.pins import dump_pin
from planner.needs import SKILL
from planner.plan import Missed
from planner.render.edit_words import described_pin
from planner.render.formatting import h_minutes, word

SENTENCES = {
    "no-warrant": "No warrant valid at H",
    "pinned-skip": "The commander has ordered that the site is not raided",
    "pins-exclude": "Commander's orders contradict each other: {pins}",
    "pins-exclude-others": "Commander's orders rule out a raid here together with {sites}: {pins}",
    "start-impossible": "The raid must start between H and {latest}; a commander's order sets another time: {pins}",
    "hour-impossible": "The warrant expires before a raid could start",
    "no-assembly": "No assembly point in the city",
    "no-way-in": "The address cannot be reached from any assembly point: all routes are closed",
    "no-way-out": "No custody place can be reached from the address: all routes are closed",
    "duty-short": "Briefing, approach, time in position and raid take {needed} minutes; the longest squad "
    "duty is {duty}",
    "custody-far": "No custody place is within {minutes} minutes, the limit set by custody and duty times",
    "cells-short": "Too few cells within reach: cells {cells}, suspects here {suspects}",
    "officer-late": "{officer}, ordered to this raid, could start at {soonest}; the latest start is {latest}: {pins}",
    "team-elsewhere": "The address is assigned by order to team {team}, which works in {city}: {pins}",
    "team-full": "The address is assigned by order to team {team}, which is full (maximum squads: {squads}): {pins}",
    "officer-taken": "{officer}, ordered to this raid, already serves in {unit}: {pins}",
    "no-teams": "The operation allows no teams",
    "teams-elsewhere": "All permitted teams work in other cities: {teams}",
    "teams-full": "No further team is permitted, and the teams in {city} are full (maximum squads: {squads})",
    "stopped": "The run was stopped before a squad was found",
    "not-in-time": "Not examined: the search ended early",
    "force-short": "Not enough officers left within reach; short of: {needs}",
    "too-late": "The remaining officers could start at {soonest}; the latest start is {latest}",
    "no-commander": "No officer left within reach may command a team: rank {rank} required",
    "cars-short": "Too few vehicle seats left within reach: seats {seats}, officers required {officers}",
    "seats-far": "Remaining officers who travel by own means (up to {own_way} min) or have a seat from "
    "their base: {able}; required: {officers}",
    "no-squad": "No squad can be formed from the remaining officers and vehicles",
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
