"""Why a suspect is missed, in a sentence."""

from dataclasses import replace

from planner.explain import Reason, why_missed
from planner.plan import Plan
from planner.render.words import word
from planner.scenario import Scenario

SENTENCES = {
    "no-warrant": "No warrant valid at H",
    "pinned-skip": "A pin says that the site is not raided",
    "pins-contradict": "Pins on the site contradict each other",
    "hour-impossible": "A raid may start until {latest} minutes after H: a warrant or a pin forbids it",
    "no-assembly": "No assembly point in the city",
    "cells-short": "Custody places in reach have {cells} cells",
    "force-short": "The officers left in reach lack: {needs}",
    "teams-full": "All {teams} teams are full",
    "cars-short": "The vehicles left have {seats} seats",
    "no-squad": "No squad could be formed from what is left",
}
NEEDS = ("officers", "lead", "local", "woman", "entry", "medic", "forensics", "interview")


def sentence(reason: Reason, lang: str) -> str:
    """The reason as a sentence in the language."""
    needs = ", ".join(f"{word(n, lang) if n in NEEDS else n} {k}" for n, k in reason.figures.items())
    return word(SENTENCES[reason.code], lang).format(needs=needs, **reason.figures)


def with_reasons(scenario: Scenario, plan: Plan) -> Plan:
    """The plan with an English sentence beside each missed suspect, or `no-warrant`, as plan files have it."""
    why = why_missed(scenario, plan)
    told = {s: r.code if r.code == "no-warrant" else sentence(r, "en") for s, r in why.items()}
    missed = tuple(replace(m, reason=told.get(m.suspect, m.reason)) for m in plan.missed)
    return replace(plan, missed=missed)
