"""What a range gives, as plots: by H, or by the number of officers."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from planner.i18n import N_, gettext
from planner.render.plot_layout import scale_values
from planner.render.plots import Plot, Series
from planner.render.sweep_words import KINDS
from planner.sweeps.ranking import VariantResult
from planner.sweeps.variants import FORCE, HOUR, Variant

TITLES = {
    "missed": N_("Weight not covered"),
    "exposure": N_("Exposure"),
    "all_set": N_("All in position in time (%)"),
}


def range_plots(rows: Iterable[tuple[Variant, VariantResult]], lang: str) -> list[Plot]:
    """For H and for the force, where two values or more were tried: what is not covered, exposed, and set in time."""
    rows = [row for row in rows if row[1].score is not None]
    return [plot for kind in (HOUR, FORCE) for plot in _of_range([r for r in rows if r[0].kind == kind], kind, lang)]


def _of_range(rows: Sequence[tuple[Variant, VariantResult]], kind: str, lang: str) -> list[Plot]:
    if len(rows) < 2:
        return []
    names = tuple(_category(variant) for variant, _ in rows)
    return [
        Plot(
            name=f"{kind}-{level.replace('_', '-')}",
            title=gettext(KINDS[kind], lang) + gettext(N_(": "), lang) + gettext(title, lang),
            heading=gettext(KINDS[kind], lang),
            form="columns",
            categories=names,
            series=(Series(gettext(title, lang), values := tuple(_figure(found, level) for _, found in rows)),),
            most=_end_of_scale(max(values)),
        )
        for level, title in TITLES.items()
    ]


def _category(variant: Variant) -> str:
    return f"{datetime.fromisoformat(variant.subject):%H:%M}" if variant.kind == HOUR else f"{variant.subject} %"


def _figure(found: VariantResult, level: str) -> int:
    if level == "all_set":
        return round(100 * found.all_set)
    return int(getattr(found.score, level))


def _end_of_scale(most: int) -> int:
    """A round figure that nothing goes beyond."""
    step = scale_values(max(1, most))[1]
    return -(-max(1, most) // step) * step
