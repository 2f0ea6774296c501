"""The best places for one thing of a draft, as JSON values in the reader's language."""

from typing import Any

from planner.byhand import dump_move
from planner.byhand.fitting import Fit, find_fits
from web.draft_view import LEVELS, DraftView, told_violations
from web.language import t


def fits_of(view: DraftView, kind: str, name: str) -> dict[str, Any]:
    """The best places for an officer, a vehicle or a site, each with what it changes and newly breaks."""
    found = find_fits(view.scenario, view.plan, kind, name, view.moves)
    return {
        "fits": [_fit_row(view, fit) for fit in found.best],
        "looked_at": found.num_tried,
        "of": found.num_places,
        "text": t("The best of {n} places, of {m} in all.", n=found.num_tried, m=found.num_places),
    }


def _fit_row(view: DraftView, fit: Fit) -> dict[str, Any]:
    after = fit.score.levels()
    new = [broken for broken in fit.violations if broken not in view.violations]
    return {
        "move": dump_move(fit.move),
        "text": t("To {unit}", unit=fit.unit),
        "difference": {level: (after.get(level) or 0) - view.score[level] for level in LEVELS},
        "violations": told_violations(view, new),
        "num_violations": len(fit.violations),
    }
