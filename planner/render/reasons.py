"""Why a suspect is missed, in a sentence."""

from collections.abc import Mapping

from planner.explain import Reason
from planner.files.pins import dump_pin
from planner.i18n import N_, gettext
from planner.needs import SKILL
from planner.plan import Missed, Plan
from planner.render.edit_words import described_pin
from planner.render.formatting import h_minutes

SENTENCES = {
    "no-warrant": N_("No warrant valid at H"),
    "pinned-skip": N_("The commander has ordered that the site is not raided"),
    "pins-exclude": N_("Commander's orders contradict each other: {pins}"),
    "pins-exclude-others": N_("Commander's orders rule out a raid here together with {sites}: {pins}"),
    "start-impossible": N_("The raid must start between H and {latest}; a commander's order sets another time: {pins}"),
    "hour-impossible": N_("The warrant expires before a raid could start"),
    "no-assembly": N_("No assembly point in the city"),
    "no-way-in": N_("The address cannot be reached from any assembly point: all routes are closed"),
    "no-way-out": N_("No custody place can be reached from the address: all routes are closed"),
    "duty-short": N_(
        "Briefing, approach, time in position and raid take {needed} minutes; the longest squad duty is {duty}"
    ),
    "custody-far": N_("No custody place is within {minutes} minutes, the limit set by custody and duty times"),
    "cells-short": N_("Too few cells within reach: cells {cells}, suspects here {suspects}"),
    "officer-late": N_(
        "{officer}, ordered to this raid, could start at {soonest}; the latest start is {latest}: {pins}"
    ),
    "team-elsewhere": N_("The address is assigned by order to team {team}, which works in {city}: {pins}"),
    "team-full": N_(
        "The address is assigned by order to team {team}, which is full (maximum squads: {squads}): {pins}"
    ),
    "officer-taken": N_("{officer}, ordered to this raid, already serves in {unit}: {pins}"),
    "no-teams": N_("The operation allows no teams"),
    "teams-elsewhere": N_("All permitted teams work in other cities: {teams}"),
    "teams-full": N_("No further team is permitted, and the teams in {city} are full (maximum squads: {squads})"),
    "stopped": N_("The run was stopped before a squad was found"),
    "not-in-time": N_("Not examined: the search ended early"),
    "force-short": N_("Not enough officers left within reach; short of: {needs}"),
    "too-late": N_("The remaining officers could start at {soonest}; the latest start is {latest}"),
    "no-commander": N_("No officer left within reach may command a team: rank {rank} required"),
    "cars-short": N_("Too few vehicle seats left within reach: seats {seats}, officers required {officers}"),
    "seats-far": N_(
        "Remaining officers who travel by own means (up to {own_way} min) or have a seat from "
        "their base: {able}; required: {officers}"
    ),
    "no-squad": N_("No squad can be formed from the remaining officers and vehicles"),
}
REASONS = "reasons"
"""Key of a plan's report: suspect -> code, for every reason that the run gave in a sentence."""
CODES = ("no-warrant", "no-squad", "No squad could be formed from what is left")
"""What a plan file may have in place of a reason: a word, or what earlier plans said without a proof."""
NEEDS = ("officers", "lead", "local", "woman")
SKILLS = ("entry", "medic", "forensics", "interview")
MOMENTS = ("soonest", "latest")
"""Figures that are minutes from H."""


def sentence(reason: Reason, lang: str) -> str:
    """The reason as a sentence in the language."""
    figures = {key: h_minutes(n) if key in MOMENTS else n for key, n in reason.figures.items()}
    needs = need_words(reason.figures, lang)
    pins = gettext("; ", lang).join(described_pin(dump_pin(pin), lang) for pin in reason.pins)
    values = {**figures, **reason.names, "needs": needs, "pins": pins}
    return gettext(SENTENCES[reason.code], lang).format(**values)


def need_words(needs: Mapping[str, int], lang: str) -> str:
    """Needs with their numbers as people call them."""
    return ", ".join(f"{need_word(need, lang)} {number}" for need, number in needs.items())


def need_word(need: str, lang: str) -> str:
    """A need as people call it; a skill by the word that the operation has for it."""
    skill = need.removeprefix(SKILL)
    return gettext(skill, lang) if (need in NEEDS or skill in SKILLS) else skill


def missed_said(plan: Plan, missed: Missed, found: Reason | None, lang: str) -> str:
    """Why the plan does not arrest somebody: as `found` says it where the reason is our own, else as the plan has it.

    Our own are a code in place of a sentence, and those whose codes the plan's report has.
    """
    codes = (plan.made or {}).get(REASONS)
    is_ours = missed.reason in CODES or (isinstance(codes, Mapping) and missed.suspect in codes)
    return sentence(found, lang) if found is not None and is_ours else missed.reason
