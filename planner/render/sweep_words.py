"""Variants and what came of them in words: what each is, and the most fragile points of a plan in sentences."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from planner.i18n import N_, gettext, ngettext
from planner.operation import Operation
from planner.plan import Plan
from planner.render.formatting import moment_text, percent, uncovered_text
from planner.score import Score
from planner.sweeps.ranking import Damage, VariantResult
from planner.sweeps.variants import FORCE, HOUR, ROADS, Variant, num_officers, road_of

KINDS = {
    "commanders": N_("Team commanders"),
    "leaders": N_("Squad leaders"),
    "vehicles": N_("Vehicles"),
    "custody": N_("Custody places"),
    "agencies": N_("Agency contingents"),
    ROADS: N_("Roads and bridges"),
    HOUR: N_("H-hour"),
    FORCE: N_("Number of officers"),
}
"""What each kind of variant is called, as a heading."""
LOST = {
    "commanders": N_("Commander {name} {id} of team {of} is lost"),
    "leaders": N_("Leader {name} {id} of squad {of} is lost"),
    "vehicles": N_("Vehicle {name} {id} of {of} is lost"),
    "custody": N_("Custody place {name} {id} takes nobody"),
    "agencies": N_("Nobody comes from {name} {id}"),
    ROADS: N_("Road {name} is closed at {at}"),
}
CLOSED = {
    (True, True): N_("Bridge {name} at {at} is closed"),
    (True, False): N_("Bridge at {at} is closed"),
    (False, True): LOST[ROADS],
    (False, False): N_("Road at {at} is closed"),
}
"""What is said of a closed road: whether it is a bridge, and whether it has a name."""
MOST_NAMED = 3
BEST_HOUR = N_(
    "Best H of the {num} tried: {hour}. Not covered: {uncovered}, exposure {exposure}, all in position in time "
    "{chance}, officers to be re-briefed {changes}."
)
SAME_HOUR = N_(
    "The {num} H-hours tried are equally good. Not covered: {uncovered}, exposure {exposure}, all in position in time "
    "{chance}, officers to be re-briefed {changes}."
)


def variant_text(operation: Operation, plan: Plan, kind: str, subject: str, lang: str) -> str:
    """What is other than planned; operation and plan are those that are varied."""
    if kind == HOUR:
        hour = moment_text(datetime.fromisoformat(subject), lang)
        return gettext(N_("H at {hour}"), lang).format(hour=hour)
    if kind == FORCE:
        number = num_officers(len(operation.officers), int(subject))
        said = gettext(N_("{percent} % of the officers: {n}"), lang)
        return said.format(percent=subject, n=number)
    if kind == ROADS:
        road = road_of(subject)
        lat, lon = road.middle
        said = gettext(CLOSED[road.is_bridge, bool(road.name)], lang)
        return said.format(name=road.name, at=f"{lat:.4f}, {lon:.4f}")
    return gettext(LOST[kind], lang).format(
        name=_name(operation, kind, subject), id=subject, of=_where(plan, kind, subject)
    )


def _name(operation: Operation, kind: str, key: str) -> str:
    if kind == "vehicles":
        return operation.vehicles_by_id[key].label
    if kind == "custody":
        return operation.places_by_id[key].name
    return operation.agencies_by_id[key].name if kind == "agencies" else operation.officers_by_id[key].name


def _where(plan: Plan, kind: str, key: str) -> str:
    """The team or the unit of what is lost."""
    if kind == "commanders":
        return next((team.id for team in plan.teams if team.commander == key), "")
    members = ((unit.id, unit.officers if kind == "leaders" else unit.vehicles) for unit in plan.units)
    return next((unit for unit, rows in members if key in rows), "")


def fragile_sentences(
    operation: Operation, plan: Plan, rows: Iterable[tuple[Variant, Damage]], seconds: float | None, lang: str
) -> list[str]:
    """The plan's most fragile points in words, of the variants in which one thing fails (`ranked`).

    `seconds`: what each replan was allowed, where that is told; a longer one may find better plans.
    """
    lost = [(variant, worse) for variant, worse in rows if variant.kind in LOST]
    if not lost:
        return []
    open_, exposed = _worse(lost)
    told = [
        ngettext(
            "1 loss was examined, replanned near this plan.",
            "{n} losses were examined, each replanned near this plan.",
            len(lost),
            lang,
        )
    ]
    if open_:
        told.append(
            ngettext(
                "In 1 of them more suspects are not covered, or no plan is found: {worst}.",
                "In {n} of them more suspects are not covered, or no plan is found; worst: {worst}.",
                len(open_), lang, worst=_named(operation, plan, open_, lang),
            )
        )  # fmt: skip
    if exposed and open_:
        told.append(
            ngettext(
                "In 1 more the exposure rises: {worst}.",
                "In {n} more the exposure rises; most of all: {worst}.",
                len(exposed), lang, worst=_named(operation, plan, exposed, lang),
            )
        )  # fmt: skip
    elif exposed:
        told.append(
            ngettext(
                "In 1 of them the exposure rises: {worst}.",
                "In {n} of them the exposure rises; most of all: {worst}.",
                len(exposed), lang, worst=_named(operation, plan, exposed, lang),
            )
        )  # fmt: skip
    rest = [worse for _, worse in lost if not worse.impossible and worse.missed <= 0 and worse.exposure <= 0]
    if rest:
        most = max(worse.changes for worse in rest)
        told.append(
            ngettext(
                "1 loss leaves coverage and exposure as they are; officers to be re-briefed: {most} at most.",
                "{n} losses leave coverage and exposure as they are; officers to be re-briefed: {most} at most.",
                len(rest), lang, most=most,
            )
        )  # fmt: skip
    better = [worse for _, worse in lost if not worse.impossible and worse.missed < 0]
    if better:
        told.append(
            ngettext(
                "In 1 of them more suspects are covered than in this plan: a longer search may improve it.",
                "In {n} of them more suspects are covered than in this plan: a longer search may improve it.",
                len(better), lang,
            )
        )  # fmt: skip
    if seconds is not None and (open_ or exposed):
        told.append(
            gettext(N_("Each replan had {seconds} s; a longer one may find better plans."), lang).format(
                seconds=f"{seconds:g}"
            )
        )
    return told


def _worse(lost: Sequence[tuple[Variant, Damage]]) -> tuple[list[Variant], list[Variant]]:
    """Those of the ranked losses that leave more people open, and those that expose more."""
    return (
        [variant for variant, worse in lost if worse.impossible or worse.missed > 0],
        [variant for variant, worse in lost if not worse.impossible and worse.missed <= 0 < worse.exposure],
    )


def _named(operation: Operation, plan: Plan, variants: Sequence[Variant], lang: str) -> str:
    comma = "；" if lang == "zh" else "; "
    told = (variant_text(operation, plan, one.kind, one.subject, lang) for one in variants[:MOST_NAMED])
    return comma.join(told)


def best_hour_sentence(rows: Iterable[tuple[Variant, VariantResult]], lang: str) -> str:
    """The best H of those tried: who is covered and exposed counts first, then the probability of all set.

    Then come changes and cost. Nothing where fewer than two were tried.
    """
    tried = [(variant, found, found.score) for variant, found in rows if variant.kind == HOUR]
    able = [(variant, found, after) for variant, found, after in tried if after is not None]
    if len(able) < 2:
        return ""

    def figures(found: VariantResult, after: Score) -> tuple[float, ...]:
        return after.missed, after.exposure, -found.all_set, after.changes or 0, after.cost

    variant, found, after = min(
        able,
        key=lambda row: (figures(*row[1:]), bool(row[0].edits)),  # of equal ones the H that is planned
    )
    are_equal = len(able) == len(tried) and len({figures(*row[1:]) for row in able}) == 1
    said = gettext(SAME_HOUR if are_equal else BEST_HOUR, lang)
    return said.format(
        num=len(tried),
        hour=moment_text(datetime.fromisoformat(variant.subject), lang),
        uncovered=uncovered_text(found.uncovered, after.missed, lang),
        exposure=f"{after.exposure:,}",
        chance=percent(found.all_set),
        changes=after.changes or 0,
    )
