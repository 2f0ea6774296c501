"""The synchronisation chart as SVG: rows are units by team, columns time, H marked.

What a unit does differs by pattern and letter, so that the chart reads in black and white; it has no style and no
script, so that it stands in a page under a strict content security policy and on a printed sheet alike.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from planner.i18n import N_, gettext
from planner.plan import Plan, Unit
from planner.render.formatting import clock, h_minutes
from planner.render.svg import fits, svg_text, text_width
from planner.render.team_sites import site_letters, squads_of_team
from planner.render.timeline import Activity, Stay, Timeline, timeline
from planner.scenario import Scenario

WIDE, NARROW = 1120, 760  # pixels: on a page; on a sheet, where the same letters are printed larger
ROW, BAR, HEAD = 17, 12, 36
NEAR = 120  # minutes before the first task that are drawn; who leaves earlier gets an arrow and a time
STEPS = (5, 10, 15, 30, 60, 120, 240, 480, 1440)
TICK = 64  # pixels at least between two ticks
INK, QUIET, LINE, BAND = "#111827", "#4b5563", "#d5dae1", "#e9ecf0"
LETTERS: dict[Activity, str] = {
    "muster": "B",
    "raid": "R",
    "guard": "G",
    "pickup": "P",
    "deliver": "D",
    "exam": "E",
    "interview": "I",
}
TASK_WORDS: dict[Activity, str] = {
    "muster": N_("Briefing"),
    "raid": N_("Raid"),
    "guard": N_("Scene guard"),
    "pickup": N_("Handover"),
    "deliver": N_("Delivery"),
    "exam": N_("Scene examination"),
    "interview": N_("First interview"),
}
FILLS: dict[Activity, str] = {
    "muster": "#cfd6de",
    "raid": "#1f2937",
    "guard": "url(#hh-waves)",
    "pickup": "url(#hh-slant)",
    "deliver": "#ffffff",
    "exam": "url(#hh-dots)",
    "interview": "url(#hh-bars)",
}
PATTERNS = (
    '<defs><pattern id="hh-slant" width="5" height="5" patternUnits="userSpaceOnUse">'
    f'<rect width="5" height="5" fill="#ffffff"/><path d="M-1 1 1-1M0 5 5 0M4 6 6 4" stroke="{INK}"/></pattern>'
    '<pattern id="hh-dots" width="4" height="4" patternUnits="userSpaceOnUse">'
    f'<rect width="4" height="4" fill="#ffffff"/><circle cx="2" cy="2" r="0.9" fill="{INK}"/></pattern>'
    '<pattern id="hh-bars" width="4" height="4" patternUnits="userSpaceOnUse">'
    f'<rect width="4" height="4" fill="#ffffff"/><path d="M1 0V4" stroke="{QUIET}"/></pattern>'
    '<pattern id="hh-waves" width="6" height="4" patternUnits="userSpaceOnUse">'
    f'<rect width="6" height="4" fill="#ffffff"/><path d="M0 3L3 1L6 3" fill="none" stroke="{INK}"/></pattern></defs>'
)
ON_THE_WAY, RESTING, EARLIER = N_("On the way"), N_("Rest"), N_("Departed before the time shown")
DIFFERS = N_("Differs from the other plan")
GUARDS = N_("{unit} guards")
REALLY, NOW = N_("Reported"), N_("Now")
SUMMARY = N_("Rows: units by team. Columns: time, from {begin} to {end}; H is {hour}.")


@dataclass(frozen=True, slots=True)
class Bar:
    """A task: what, from when to when, and where (or who is interviewed)."""

    task: Activity
    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class ActualSpan:
    """What a unit really does or did at a place: from when, and until when; None: it is still at it."""

    unit: str
    place: str
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class ChartActual:
    """What is drawn over the plan while an operation runs: what really happened, and the minute that it is now."""

    spans: tuple[ActualSpan, ...]
    now: int


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A line of the chart: a heading, or a unit with its tasks and its ways (departure, arrival, minutes of rest)."""

    label: str
    bars: tuple[Bar, ...] = ()
    ways: tuple[tuple[int, int, int], ...] = ()
    is_heading: bool = False


def chart_svg(
    scenario: Scenario,
    plan: Plan,
    lang: str,
    team: str | None = None,
    found: Timeline | None = None,
    beside: tuple[Scenario, Plan] | None = None,
    actual: ChartActual | None = None,
) -> str:
    """The chart of the whole plan, or of one team and what serves its sites and detainees, as an SVG document.

    `found`: the plan's timeline, where it is at hand. `beside`: another plan, whose chart has the same axis; units
    whose tasks differ from it are marked. `actual`: what really happened, as a thick line under what was planned.
    """
    rows = _ChartRows(scenario, plan, lang, team, found or timeline(scenario, plan)).all()
    others = _ChartRows(*beside, lang, team, timeline(*beside)).all() if beside is not None else []
    same = {(row.label, row.bars) for row in others}
    differing = {row.label for row in rows if not row.is_heading and (row.label, row.bars) not in same}
    width = WIDE if team is None else NARROW
    drawing = _Drawing(scenario, lang, rows, width, others, differing if beside else set(), actual)
    return drawing.document(team)


class _ChartRows:
    """Collects the rows; with a team, only what concerns its sites and their detainees."""

    def __init__(self, scenario: Scenario, plan: Plan, lang: str, team: str | None, found: Timeline) -> None:
        self.scenario, self.plan, self.lang, self.team, self.found = scenario, plan, lang, team, found
        self.letters = {} if team is None else site_letters(plan, plan.teams_by_id[team])

    def all(self) -> list[ChartRow]:
        """Teams in the plan's order, then escort units, forensic units and interview rooms."""
        rows: list[ChartRow] = []
        for team in self.plan.teams:
            if self.team in (None, team.id):
                city = self.scenario.operation.points_by_id[team.assembly].city
                squads = [row for u in squads_of_team(self.plan, team) for row in self.squad(u)]
                rows += _under(f"{team.id} · {city}", squads)
        units = self.plan.units
        rows += _under(gettext("Escort units", self.lang), [self.unit(u) for u in units if u.kind == "escort"])
        rows += _under(gettext("Forensic units", self.lang), [self.unit(u) for u in units if u.kind == "forensic"])
        return rows + _under(gettext("Interview rooms", self.lang), self.rooms())

    def squad(self, unit: Unit) -> list[ChartRow]:
        """The squad's row, and under it one of the guards whom it leaves."""
        kept = self.found.guards_by_unit.get(unit.id)
        if kept is None:
            return [self.unit(unit)]
        bar = Bar("guard", kept.start, kept.end, self.letters.get(kept.place, kept.place))
        return [self.unit(unit), ChartRow(gettext(GUARDS, self.lang).format(unit=unit.id), (bar,))]

    def unit(self, unit: Unit) -> ChartRow:
        """The unit's row."""
        stays = [s for s in self.found.stays_by_unit.get(unit.id, ()) if self.concerns(unit, s)]
        ends = {(stay.arrive, stay.place) for stay in stays} | {(s.start, s.place) for s in stays}
        moves = self.found.movements_by_unit.get(unit.id, ())
        ways = {(m.depart, m.arrive, m.rest) for m in moves if (m.arrive + m.rest, m.target) in ends}
        bars = tuple(Bar(s.task, s.start, s.end, self.letters.get(s.place, s.place)) for s in stays)
        return ChartRow(unit.id, bars, tuple(sorted(ways)))

    def concerns(self, unit: Unit, stay: Stay) -> bool:
        """True when the stay is shown: of a team's chart, its squads' own, at its sites, or with its detainees."""
        if self.team is None or self.plan.team_of_unit.get(unit.id) == self.team or stay.place in self.letters:
            return True
        return any(self.is_shown(suspect) for suspect in stay.suspects)

    def is_shown(self, suspect: str) -> bool:
        """True when the suspect is one of the chart's."""
        return self.team is None or self.scenario.operation.suspects_by_id[suspect].site in self.letters

    def rooms(self) -> list[ChartRow]:
        """A row per interview room, by place and number."""
        bars: dict[tuple[str, int], list[Bar]] = {}
        for talk in sorted(self.scenario.interviews(self.plan).values(), key=lambda t: (t.place, t.room, t.start)):
            if self.is_shown(talk.suspect):
                bar = Bar("interview", talk.start, talk.end, talk.suspect)
                bars.setdefault((talk.place, talk.room), []).append(bar)
        label = gettext("{place} room {n}", self.lang)
        return [ChartRow(label.format(place=place, n=n), tuple(row)) for (place, n), row in bars.items()]


def _under(heading: str, rows: Iterable[ChartRow]) -> list[ChartRow]:
    """The rows that show anything under their heading; nothing where there is none."""
    shown = [row for row in rows if row.bars]
    return [ChartRow(heading, is_heading=True), *shown] if shown else []


class _Drawing:
    """Turns rows into SVG on one time axis."""

    def __init__(
        self,
        scenario: Scenario,
        lang: str,
        rows: list[ChartRow],
        width: int,
        others: list[ChartRow],
        differing: set[str],
        actual: ChartActual | None = None,
    ) -> None:
        self.operation, self.lang, self.rows, self.width = scenario.operation, lang, rows, width
        self.differing, self.actual = differing, actual
        windows = [_window(some) for some in (rows, others) if some]
        self.begin = min((begin for begin, _ in windows), default=-66)
        self.end = max((end for _, end in windows), default=68)
        if actual is not None:
            ends = [actual.now if span.end is None else span.end for span in actual.spans]
            self.begin = min([self.begin, *(span.start - 6 for span in actual.spans)])
            self.end = max([self.end, *(end + 8 for end in ends)])
        early = [text for row in rows if (text := self.early(row))]
        self.early_width = max((text_width(text, 8.5) + 8 for text in early), default=0)
        names = max((text_width(row.label, 10) for row in rows if not row.is_heading), default=40)
        self.names = min(names, 0.24 * width)
        self.left = round(12 + self.names + 8 + self.early_width, 1)
        self.bottom = HEAD + len(rows) * ROW

    def x(self, minute: int) -> float:
        """Where the minute stands on the axis."""
        part = (minute - self.begin) / (self.end - self.begin)
        return round(self.left + part * (self.width - self.left - 6), 1)

    def document(self, team: str | None) -> str:
        """The whole chart."""
        name = gettext("Synchronization chart", self.lang) + (f": {team}" if team else "")
        told = {key: self.when(minute) for key, minute in (("begin", self.begin), ("end", self.end), ("hour", 0))}
        legend, height = self.legend()
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {height}" width="{self.width}" '
            f'height="{height}" role="img" font-family="Noto Sans SC, sans-serif" font-size="10" fill="{INK}" '
            f'data-per-minute="{(self.width - self.left - 6) / (self.end - self.begin):.4f}">',
            f"<title>{svg_text(name)}</title>",
            f"<desc>{svg_text(gettext(SUMMARY, self.lang).format(**told))}</desc>",
            PATTERNS,
            f'<rect width="{self.width}" height="{height}" fill="#ffffff"/>',
            *self.axis(),
        ]
        for i, row in enumerate(self.rows):
            lines += self.row(row, HEAD + i * ROW)
        return "\n".join([*lines, *self.now(), *legend, "</svg>"])

    def when(self, minute: int) -> str:
        """Clock time and minutes from H."""
        return f"{clock(self.operation, minute, self.lang)} {h_minutes(minute)}"

    def axis(self) -> list[str]:
        """Ticks with clock time and minutes from H, and H through all rows."""
        room = TICK / (self.width - self.left) * (self.end - self.begin)
        step = next((s for s in STEPS if s >= room), STEPS[-1])
        lines = []
        for minute in range(-(-self.begin // step) * step, self.end + 1, step):
            x, weight = self.x(minute), ' font-weight="700"' if minute == 0 else ""
            told = clock(self.operation, minute, self.lang), h_minutes(minute)
            half = max(text_width(text, 10.5 if minute == 0 else 10) for text in told) / 2
            middle = round(min(x, self.width - 2 - half), 1)  # the last hour is not cut off at the edge
            lines += [
                f'<path d="M{x} {HEAD - 6}V{self.bottom}" stroke="{LINE}"/>',
                f'<text x="{middle}" y="12" text-anchor="middle"{weight}>{svg_text(told[0])}</text>',
                f'<text x="{middle}" y="25" text-anchor="middle"{weight} fill="{QUIET}">{told[1]}</text>',
            ]
        x = self.x(0)
        return [*lines, f'<path d="M{x} {HEAD - 8}V{self.bottom}" stroke="#b91c1c" stroke-width="2"/>']

    def row(self, row: ChartRow, y: int) -> list[str]:
        """A heading, or the tasks and ways of a unit."""
        if row.is_heading:
            return [
                f'<rect x="0" y="{y}" width="{self.width}" height="{ROW}" fill="{BAND}"/>',
                f'<text x="4" y="{y + 12}" font-weight="700">{svg_text(fits(row.label, 10.5, self.width - 8))}</text>',
            ]
        lines = [f'<text x="12" y="{y + 12}">{svg_text(fits(row.label, 10, self.names))}</text>']
        if row.label in self.differing:
            lines.append(f'<path d="M1 {y + ROW / 2}l4-4 4 4-4 4z" fill="{INK}"/>')
        for way in row.ways:
            lines += self.way(*way, y + ROW / 2)
        if early := self.early(row):
            lines += [
                f'<text x="{self.left - 9}" y="{y + 12}" text-anchor="end" font-size="8.5">{svg_text(early)}</text>',
                f'<path d="M{self.left - 6} {y + ROW / 2}l6-3.5v7z" fill="{INK}"/>',
            ]
        bars = [part for bar in row.bars for part in self.bar(bar, y)]
        return [*lines, *bars, *self.really(row, y)]

    def really(self, row: ChartRow, y: int) -> list[str]:
        """What the unit really does, as thick lines under its bars; what goes on is open at its end."""
        lines = []
        for span in self.actual.spans if self.actual is not None and not row.is_heading else ():
            if span.unit == row.label and self.actual is not None:
                end = self.actual.now if span.end is None else span.end
                told = f"{gettext(REALLY, self.lang)} {span.place}, {self.when(span.start)} – "
                told += "…" if span.end is None else self.when(end)
                x, until = self.x(span.start), max(self.x(end), self.x(span.start) + 2)
                shut = "" if span.end is None else "v-4"
                path = f'<path d="M{x} {y + ROW - 5.5}v4H{until}{shut}" fill="none"'
                lines.append(f'{path} stroke="#ffffff" stroke-width="5.2"/>')  # to be seen on a dark bar, too
                lines.append(f'{path} stroke="{INK}" stroke-width="2.4"><title>{svg_text(told)}</title></path>')
        return lines

    def now(self) -> list[str]:
        """The minute that it is, through all rows, dashed so that nobody takes it for H."""
        if self.actual is None or not self.begin <= self.actual.now <= self.end:
            return []
        x, told = self.x(self.actual.now), f"{gettext(NOW, self.lang)} {self.when(self.actual.now)}"
        line = f'<path d="M{x} {HEAD - 8}V{self.bottom}" stroke="{INK}" stroke-width="1.6" stroke-dasharray="5 3">'
        return [f"{line}<title>{svg_text(told)}</title></path>"]

    def early(self, row: ChartRow) -> str:
        """Clock time of the row's first departure when it lies before the axis, else nothing."""
        first = min((depart for depart, _, _ in row.ways), default=self.begin)
        return clock(self.operation, first, self.lang) if first < self.begin else ""

    def way(self, depart: int, arrive: int, rest: int, y: float) -> list[str]:
        """A way as a line, the rest after it dashed; both cut off where the axis begins."""
        lines = []
        for start, end, dashes in ((depart, arrive, ""), (arrive, arrive + rest, ' stroke-dasharray="2 3"')):
            if end > max(start, self.begin):
                left = self.x(max(start, self.begin))
                lines.append(f'<path d="M{left} {y}H{self.x(end)}" stroke="{QUIET}" stroke-width="1.4"{dashes}/>')
        return lines

    def bar(self, bar: Bar, y: int) -> list[str]:
        """A task as a bar with its letter and, where there is room, its place; in full for those who point at it."""
        x, width = self.x(bar.start), max(2.0, round(self.x(bar.end) - self.x(bar.start), 1))
        told = f"{gettext(TASK_WORDS[bar.task], self.lang)} {bar.name}, {self.when(bar.start)} – {self.when(bar.end)}"
        raid = f' data-raid="{svg_text(bar.name)}" data-start="{bar.start}" data-end="{bar.end}"'
        lines = [
            f'<rect x="{x}" y="{y + 2.5}" width="{width}" height="{BAR}" fill="{FILLS[bar.task]}" stroke="{INK}" '
            f'stroke-width="0.8"{raid if bar.task == "raid" else ""}><title>{svg_text(told)}</title></rect>'
        ]
        letter = LETTERS[bar.task]
        long = letter if bar.task == "muster" and self.width == NARROW else f"{letter} {bar.name}"
        text = next((t for t in (long, letter) if text_width(t, 9) + 2 <= width), "")
        middle = round(x + width / 2, 1)
        if text and "url" in FILLS[bar.task]:
            ground = round(text_width(text, 9) + 3, 1)
            lines.append(
                f'<rect x="{round(middle - ground / 2, 1)}" y="{y + 4}" width="{ground}" height="9" fill="#ffffff"/>'
            )
        if text:
            ink = "#ffffff" if bar.task == "raid" else INK
            at = f'x="{middle}" y="{y + 11.8:.1f}" text-anchor="middle" font-size="9" fill="{ink}"'
            lines.append(f"<text {at}>{svg_text(text)}</text>")
        return lines

    def legend(self) -> tuple[list[str], int]:
        """What the marks mean, in as many lines as it takes, and the height of the chart with them."""
        marks = [
            (f'<rect x="0" y="0" width="18" height="{BAR}" fill="{FILLS[task]}" stroke="{INK}" stroke-width="0.8"/>',
             f"{LETTERS[task]} {gettext(name, self.lang)}")
            for task, name in TASK_WORDS.items()
        ]  # fmt: skip
        way = f'<path d="M0 6h18" stroke="{QUIET}" stroke-width="1.4"'
        marks += [
            (f"{way}/>", gettext(ON_THE_WAY, self.lang)),
            (f'{way} stroke-dasharray="2 3"/>', gettext(RESTING, self.lang)),
        ]
        if self.early_width:
            marks.append((f'<path d="M6 6l6-3.5v7z" fill="{INK}"/>', gettext(EARLIER, self.lang)))
        if self.actual is not None:
            marks.append(
                (f'<path d="M0 4v4H18v-4" fill="none" stroke="{INK}" stroke-width="2.6"/>', gettext(REALLY, self.lang))
            )
            marks.append(
                (
                    f'<path d="M9 0V12" stroke="{INK}" stroke-width="1.6" stroke-dasharray="5 3"/>',
                    gettext(NOW, self.lang),
                )
            )
        if self.differing:
            marks.append((f'<path d="M5 6l4-4 4 4-4 4z" fill="{INK}"/>', gettext(DIFFERS, self.lang)))
        lines, x, y = [], 4.0, self.bottom + 8
        for mark, text in marks:
            step = 24 + text_width(text, 10) + 14
            if x + step > self.width and x > 4:
                x, y = 4.0, y + 16
            lines.append(f'<g transform="translate({x:.1f} {y})">{mark}<text x="22" y="10">{svg_text(text)}</text></g>')
            x += step
        return lines, y + 18


def _window(rows: Iterable[ChartRow]) -> tuple[int, int]:
    """First and last minute of the axis: all tasks, and the ways that begin shortly before the first."""
    shown = list(rows)
    first = min((bar.start for row in shown for bar in row.bars), default=-60)
    near = [depart for row in shown for depart, _, _ in row.ways if first - NEAR <= depart < first]
    last = max((bar.end for row in shown for bar in row.bars), default=60)
    return min([first, *near, 0]) - 6, max(last, 0) + 8
