"""Why a team's orders change: what became different in the operation, as far as it is the team's affair.

A team reads of its own sites, people, vehicles and suspects, and of what counts for everybody: H, doctrine, travel
times. That something else has changed it is told, not what.
"""

from dataclasses import dataclass

from planner.compare import Comparison
from planner.edits import TABLES, Edit, Row, by_key, differences
from planner.files import dump_operation
from planner.i18n import N_, gettext
from planner.plan import Team, Unit
from planner.render.edit_words import NOUNS, describe_edit

ELSEWHERE = N_("Something else changed in the operation.")
UNCHANGED = N_("The operation is as it was; the plan was made or edited again.")
DETAILS_CHANGED = N_("{noun} {key}: details changed")
MOVED_AWAY = N_("Suspect {key}: other address")
EVERYBODY = ("operation", "doctrine", "travel", "hour", "roads")
"""Tables whose edits concern everybody; of the operation's figures those of `QUIET` are told to nobody here."""
QUIET = ("details", "name")


@dataclass(frozen=True, slots=True)
class Affairs:
    """What is somebody's own in the old plan or in the new one: ids of points, officers, vehicles."""

    points: frozenset[str]
    officers: frozenset[str]
    vehicles: frozenset[str]

    @staticmethod
    def of(units: list[Unit], visitors: list[Unit], teams: list[Team]) -> "Affairs":
        """Of these units, of those who command these teams, and the people and vehicles of units that come to them."""
        points = {stop.place for unit in units for stop in unit.stops} | {team.assembly for team in teams}
        seen = [*units, *visitors]
        officers = {o for unit in seen for o in unit.officers} | {team.commander for team in teams}
        vehicles = {v for unit in seen for v in (*unit.vehicles, *unit.guards.vehicles)}
        return Affairs(frozenset(points), frozenset(officers), frozenset(vehicles))

    def has(self, edit: Edit, old: Row, new: Row) -> bool:
        """Whether the edit, between these two states of its row, is one of theirs."""
        if edit.table in EVERYBODY:
            return edit.table != "operation" or edit.key not in QUIET
        own = {"sites": self.points, "places": self.points, "officers": self.officers, "vehicles": self.vehicles}
        if edit.table in own:
            return edit.key in own[edit.table]
        if edit.table == "suspects":
            return old.get("site") in self.points or new.get("site") in self.points
        either = new or old
        if edit.table == "legs":
            return either["from"] in self.points and either["to"] in self.points
        return edit.table == "pins" and self._has_pin(either)

    def _has_pin(self, pin: Row) -> bool:
        sites = [*pin.get("together", ()), *(pin[name] for name in ("site", "not_site") if name in pin)]
        people = [pin["officer"]] if "officer" in pin else []
        return all(one in self.points for one in sites) and all(one in self.officers for one in people)


class OrderReasons:
    """What became different between the operations of two plans, in sentences for each who gets an order."""

    def __init__(self, comparison: Comparison, lang: str) -> None:
        self.comparison, self.lang = comparison, lang
        self.before, after = (dump_operation(one.operation) for one in (comparison.was, comparison.now))
        self.edits = differences(self.before, after)
        tables = {edit.table for edit in self.edits} & set(TABLES)
        self._rows = [{table: by_key(table, document) for table in tables} for document in (self.before, after)]

    def of(self, team: str | None) -> list[str]:
        """For the team; None: for the joint command."""
        mine, told, is_elsewhere = self._affairs(team), list[str](), False
        for edit in self.edits:
            old, new = (rows.get(edit.table, {}).get(edit.key, {}) for rows in self._rows)
            if mine.has(edit, old, new):
                told.append(self._sentence(edit, old, new, mine))
            else:
                is_elsewhere = True
        if is_elsewhere:
            told.append(gettext(ELSEWHERE, self.lang))
        return told or [gettext(UNCHANGED, self.lang)]

    def _affairs(self, team: str | None) -> Affairs:
        units, visitors, teams = list[Unit](), list[Unit](), list[Team]()
        for plan in (self.comparison.old, self.comparison.new):
            own = [unit for unit in plan.units if plan.team_of_unit.get(unit.id) == team]
            doors = {stop.place for unit in own for stop in unit.stops if stop.task == "raid"}
            visitors += [unit for unit in plan.units if any(stop.place in doors for stop in unit.stops)]
            teams += [one for one in plan.teams if one.id == team]
            units += own
        return Affairs.of(units, visitors, teams)

    def _sentence(self, edit: Edit, old: Row, new: Row, mine: Affairs) -> str:
        """The edit in a sentence, without descriptive facts and without an address that is not their own."""
        if edit.table not in NOUNS or not old or not new:
            return describe_edit(self.before, edit, self.lang)
        if edit.table == "suspects" and not {old.get("site"), new.get("site")} <= mine.points:
            return gettext(MOVED_AWAY, self.lang).format(key=edit.key)
        plain_old, plain_new = ({k: v for k, v in row.items() if k != "details"} for row in (old, new))
        if plain_old == plain_new:
            return gettext(DETAILS_CHANGED, self.lang).format(noun=gettext(NOUNS[edit.table], self.lang), key=edit.key)
        return describe_edit({edit.table: [plain_old]}, Edit(edit.table, edit.key, plain_new), self.lang)
