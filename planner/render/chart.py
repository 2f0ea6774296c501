"""The synchronisation chart as SVG: rows are units by team, columns time, H marked.

Shapes differ by pattern and letter, so that the chart reads in black and white; it has no style and no script, so
that it stands in a page under a strict content security policy and on a printed sheet alike.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from planner.plan import Plan, Unit
from planner.render.map_moves import Move, Stay, movements
from planner.render.words import clock, h_minutes, word
from planner.scenario import Scenario

LABELS = 128  # pixels for the names of the rows
WIDTH, ROW, BAR, HEAD = 1120, 17, 11, 34
LEAD = 20  # minutes shown before the first briefing; who leaves earlier gets an arrow and a time
STEPS = (15, 30, 60, 120, 240, 480)
MOST_TICKS = 16
LETTERS = {"muster": "B", "raid": "R", "pickup": "P", "deliver": "D", "exam": "E", "interview": "I"}
TASK_WORDS = {
    "muster": "Briefing",
    "raid": "Raid",
    "pickup": "Handover",
    "deliver": "Delivery",
    "exam": "Examination",
    "interview": "First interview",
}
FILLS = {
    "muster": "#d7dde5",
    "raid": "#1f2937",
    "pickup": "url(#hh-slant)",
    "deliver": "#ffffff",
    "exam": "url(#hh-dots)",
    "interview": "url(#hh-bars)",
}
PATTERNS = (
    '<defs><pattern id="hh-slant" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<rect width="5" height="5" fill="#ffffff"/><path d="M0 5 5 0" stroke="#1f2937" stroke-width="1.2"/></pattern>'
    '<pattern id="hh-dots" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<rect width="4" height="4" fill="#ffffff"/><circle cx="2" cy="2" r="1" fill="#1f2937"/></pattern>'
    '<pattern id="hh-bars" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<rect width="4" height="4" fill="#eef1f5"/><path d="M1 0V4" stroke="#6b7280" stroke-width="1"/></pattern></defs>'
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the chart: a heading, or a unit with what it does."""

    label: str
    stays: tuple[tuple[str, int, int, str], ...] = ()  # task, start, end, place
    moves: tuple[tuple[int, int], ...] = ()
    is_heading: bool = False


def chart_svg(scenario: Scenario, plan: Plan, lang: str, team: str | None = None) -> str:
    """The chart of the whole plan, or of one team and what serves it, as an SVG document."""
    rows = _rows(scenario, plan, lang, team)
    begin, end = _span(rows)
    drawn = _Drawing(scenario, lang, begin, end, len(rows))
    return drawn.document(rows, _title(plan, lang, team))


def _title(plan: Plan, lang: str, team: str | None) -> str:
    name = word("Synchronisation chart", lang)
    return name if team is None else f"{name}: {team}"


def _rows(scenario: Scenario, plan: Plan, lang: str, team: str | None) -> list[Row]:
    tracks = _Tracks(scenario, plan)
    rows: list[Row] = []
    for row in plan.teams:
        if team in (None, row.id):
            place = scenario.operation.places_by_id[row.assembly]
            rows.append(Row(f"{row.id} · {place.city}", is_heading=True))
            rows += [tracks.row(plan.units_by_id[unit]) for unit in row.units]
    sites = None if team is None else sites_of_team(plan, team)
    support = [u for u in plan.units if u.kind != "squad"]
    mine = [tracks.row(u, sites) for u in support]
    found = [row for row in mine if row.stays]
    if found:
        rows += [Row(word("Escort and forensic units", lang), is_heading=True), *found]
    rooms = _rooms(scenario, plan, lang, sites)
    if rooms:
        rows += [Row(word("Interview rooms", lang), is_heading=True), *rooms]
    return rows


def sites_of_team(plan: Plan, team: str) -> frozenset[str]:
    """The sites that the team's squads raid."""
    units = plan.teams_by_id[team].units
    return frozenset(s.place for u in units for s in plan.units_by_id[u].stops if s.task == "raid")


class _Tracks:
    """What each unit does, by its id."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.scenario, self.plan = scenario, plan
        found = movements(scenario, plan)
        self.moves: dict[str, list[Move]] = {}
        self.stays: dict[str, list[Stay]] = {}
        for move in found.moves:
            self.moves.setdefault(move.mover.id, []).append(move)
        for stay in found.stays:
            self.stays.setdefault(stay.mover.id, []).append(stay)

    def row(self, unit: Unit, sites: frozenset[str] | None = None) -> Row:
        """The unit's row; with sites, only what concerns these and their suspects."""
        stays = []
        for stop in unit.stops:
            near = sites is None or stop.place in sites
            own = sites is not None and any(self._site(s) in sites for s in stop.suspects)
            if near or own:
                stays.append((stop.task, stop.start, stop.end, stop.place))
        moves = [(m.depart, m.arrive) for m in self.moves.get(unit.id, ()) if sites is None or m.target in sites]
        return Row(unit.id, tuple(stays), tuple(sorted(set(moves))))

    def _site(self, suspect: str) -> str:
        return self.scenario.operation.suspects_by_id[suspect].site


def _rooms(scenario: Scenario, plan: Plan, lang: str, sites: frozenset[str] | None) -> list[Row]:
    operation = scenario.operation
    rooms: dict[tuple[str, int], list[tuple[str, int, int, str]]] = {}
    for talk in sorted(plan.interviews, key=lambda t: (t.place, t.room, t.start)):
        if sites is None or operation.suspects_by_id[talk.suspect].site in sites:
            stay = ("interview", talk.start, talk.end, talk.suspect)
            rooms.setdefault((talk.place, talk.room), []).append(stay)
    label = word("{place} room {n}", lang)
    return [Row(label.format(place=p, n=n), tuple(stays)) for (p, n), stays in rooms.items()]


def _span(rows: Iterable[Row]) -> tuple[int, int]:
    stays = [stay for row in rows for stay in row.stays]
    begin = min((start for _, start, _, _ in stays), default=-60) - LEAD
    return begin, max((end for _, _, end, _ in stays), default=60) + LEAD


class _Drawing:
    """Turns rows into SVG on one time axis."""

    def __init__(self, scenario: Scenario, lang: str, begin: int, end: int, num_rows: int) -> None:
        self.scenario, self.lang, self.begin, self.end = scenario, lang, begin, end
        self.bottom = HEAD + num_rows * ROW
        self.height = self.bottom + 26

    def x(self, minute: int) -> float:
        """Where the minute stands on the axis."""
        part = (minute - self.begin) / (self.end - self.begin)
        return round(LABELS + part * (WIDTH - LABELS - 8), 1)

    def document(self, rows: list[Row], title: str) -> str:
        """The whole chart."""
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" width="{WIDTH}" '
            f'height="{self.height}" role="img" font-family="Noto Sans SC, sans-serif" font-size="10" fill="#1f2937">',
            f"<title>{escape(title)}</title>",
            PATTERNS,
            f'<rect width="{WIDTH}" height="{self.height}" fill="#ffffff"/>',
            *self.axis(),
        ]
        for i, row in enumerate(rows):
            lines += self.row(row, HEAD + i * ROW)
        return "\n".join([*lines, *self.at_h(), *self.legend(), "</svg>"])

    def axis(self) -> list[str]:
        """Ticks with clock time and minutes from H."""
        step = next((s for s in STEPS if (self.end - self.begin) / s <= MOST_TICKS), STEPS[-1])
        lines = []
        for minute in range(-(-self.begin // step) * step, self.end + 1, step):
            x = self.x(minute)
            when = clock(self.scenario.operation, minute)
            lines.append(f'<path d="M{x} {HEAD - 4}V{self.bottom}" stroke="#e2e6eb"/>')
            lines.append(f'<text x="{x}" y="12" text-anchor="middle">{escape(when)}</text>')
            lines.append(f'<text x="{x}" y="24" text-anchor="middle" fill="#5b6472">{h_minutes(minute)}</text>')
        return lines

    def at_h(self) -> list[str]:
        """H as a line through all rows."""
        x = self.x(0)
        return [f'<path d="M{x} {HEAD - 6}V{self.bottom}" stroke="#b91c1c" stroke-width="1.6"/>']

    def row(self, row: Row, y: int) -> list[str]:
        """A heading, or the bars and ways of a unit."""
        if row.is_heading:
            return [
                f'<rect x="0" y="{y}" width="{WIDTH}" height="{ROW}" fill="#eef1f5"/>',
                f'<text x="4" y="{y + 12}" font-weight="700">{escape(row.label)}</text>',
            ]
        middle = y + ROW / 2
        lines = [f'<text x="12" y="{y + 12}">{escape(row.label)}</text>']
        for depart, arrive in row.moves:
            if arrive >= self.begin:
                start = self.x(max(depart, self.begin))
                lines.append(f'<path d="M{start} {middle}H{self.x(arrive)}" stroke="#6b7280" stroke-width="1.4"/>')
        early = [depart for depart, _ in row.moves if depart < self.begin]
        if early:
            when = f"← {clock(self.scenario.operation, min(early))}"
            lines.append(f'<text x="{LABELS - 2}" y="{y + 12}" text-anchor="end" font-size="8">{escape(when)}</text>')
        return lines + [part for stay in row.stays for part in self.bar(stay, y)]

    def bar(self, stay: tuple[str, int, int, str], y: int) -> list[str]:
        """A bar with its letter, and its words for those who ask."""
        task, start, end, place = stay
        x, width = self.x(start), max(2.0, round(self.x(end) - self.x(start), 1))
        operation = self.scenario.operation
        told = f"{word(TASK_WORDS[task], self.lang)} {place} {clock(operation, start)} {h_minutes(start)}"
        lines = [
            f'<rect x="{x}" y="{y + 3}" width="{width}" height="{BAR}" fill="{FILLS[task]}" stroke="#1f2937" '
            f'stroke-width="0.8"><title>{escape(told)}</title></rect>'
        ]
        if width >= 9:
            ink = "#ffffff" if task == "raid" else "#1f2937"
            halo = ' stroke="#ffffff" stroke-width="2.4" paint-order="stroke"' if "url" in FILLS[task] else ""
            lines.append(
                f'<text x="{x + width / 2:.1f}" y="{y + 12}" text-anchor="middle" font-size="8.5" fill="{ink}"{halo}>'
                f"{LETTERS[task]}</text>"
            )
        return lines

    def legend(self) -> list[str]:
        """What the bars mean."""
        lines, x, y = [], 4.0, self.bottom + 8
        for task, name in TASK_WORDS.items():
            text = f"{LETTERS[task]} {word(name, self.lang)}"
            lines.append(
                f'<rect x="{x}" y="{y}" width="16" height="{BAR}" fill="{FILLS[task]}" stroke="#1f2937" '
                'stroke-width="0.8"/>'
            )
            lines.append(f'<text x="{x + 20}" y="{y + 9}">{escape(text)}</text>')
            x += 118
        lines.append(f'<path d="M{x} {y + 5}h16" stroke="#6b7280" stroke-width="1.4"/>')
        lines.append(f'<text x="{x + 20}" y="{y + 9}">{escape(word("On the way", self.lang))}</text>')
        return lines
