"""Orders in words: what an officer is there for, and how that differs between two plans."""

from planner.compare import Comparison, Duty, OfficerChange, StartChange
from planner.i18n import N_, gettext
from planner.render.chart import TASK_WORDS
from planner.render.formatting import clock, h_minutes
from planner.render.sheet_data import sheet_rows
from planner.render.sheets import scopes
from planner.scenario import Scenario

SENTENCES = {
    "command": N_("Commands team {unit} from {place}"),
    "squad": N_("Squad {unit}"),
    "escort": N_("Escort unit {unit}"),
    "forensic": N_("Forensic unit {unit}"),
    "of team": N_("{unit}, team {team}"),
    "guard": N_("{when} Guards the scene at {place} until its examination"),
    "elsewhere": N_("With team {team}"),
    "support": N_("Under joint command"),
    "nothing": N_("No task"),
    "lost": N_("Not available"),
    "unknown": N_("Not previously in the operation"),
    "shut": N_("Not raided"),
    "raid": N_("Raid {when}"),
    "other team": N_("Raided by team {team}"),
}


def order_sentence(code: str, lang: str, **values: object) -> str:
    """The sentence with its values."""
    return gettext(SENTENCES[code], lang).format(**values)


def when(scenario: Scenario, minute: int, lang: str) -> str:
    """Clock time and minutes from H."""
    return f"{clock(scenario.operation, minute, lang)} {h_minutes(minute)}"


def duty_lines(scenario: Scenario, duty: Duty | None, lang: str) -> list[str]:
    """What the officer is there for, and each stop."""
    if duty is None:
        return [order_sentence("nothing", lang)]
    points = scenario.operation.points_by_id
    names = {key: getattr(point, "name", key) for key, point in points.items()}
    if duty.kind == "command":
        return [order_sentence("command", lang, unit=duty.unit, place=names[duty.place])]
    unit = order_sentence(duty.kind, lang, unit=duty.unit)
    first = order_sentence("of team", lang, unit=unit, team=duty.team) if duty.team else unit
    stops = [
        f"{when(scenario, s.start, lang)} {gettext(TASK_WORDS[s.task], lang)} {names[s.place]}" for s in duty.stops
    ]
    if duty.keeps is not None:
        stops.append(
            order_sentence("guard", lang, when=when(scenario, duty.keeps.end, lang), place=names[duty.keeps.place])
        )
    return [first, *stops]


def old_lines(comparison: Comparison, one: OfficerChange, lang: str, team: str | None = None) -> list[str]:
    """What the officer was there for; to a team, only what is its own affair."""
    if one.officer.id not in comparison.was.operation.officers_by_id:
        return [order_sentence("unknown", lang)]
    return _lines(comparison.was, one.old, lang, team)


def new_lines(comparison: Comparison, one: OfficerChange, lang: str, team: str | None = None) -> list[str]:
    """What the officer is there for now; to a team, only what is its own affair."""
    if one.officer.id not in comparison.now.operation.officers_by_id:
        return [order_sentence("lost", lang)]
    return _lines(comparison.now, one.new, lang, team)


def _lines(scenario: Scenario, duty: Duty | None, lang: str, team: str | None) -> list[str]:
    if team is None or duty is None or duty.team == team:
        return duty_lines(scenario, duty, lang)
    return [order_sentence("elsewhere", lang, team=duty.team) if duty.team else order_sentence("support", lang)]


def door_texts(comparison: Comparison, door: StartChange, lang: str) -> tuple[str, str]:
    """When the door was to be raided, and when it is now."""
    both = ((comparison.was, door.old), (comparison.now, door.new))
    old, new = (
        order_sentence("shut", lang)
        if minute is None
        else order_sentence("raid", lang, when=when(scenario, minute, lang))
        for scenario, minute in both
    )
    return old, new


def void_sheets(comparison: Comparison, lang: str = "en") -> list[str]:
    """Teams whose sheets of the old plan no longer say what the new plan says, in the old plan's order."""
    old, new = (
        {scope.team.id: sheet_rows(scope) for scope in scopes(scenario, plan, lang)}
        for scenario, plan in ((comparison.was, comparison.old), (comparison.now, comparison.new))
    )
    return [team for team, rows in old.items() if new.get(team) != rows]
