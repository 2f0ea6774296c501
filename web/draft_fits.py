"""The best places for one thing of a draft, as JSON values in the reader's language."""

from typing import Any

from planner.byhand import Move, dump_move
from planner.byhand.fitting import Fit, find_fits
from planner.byhand.moves import CommanderMove, OfficerMove, SiteMove, VehicleMove
from web.draft_view import LEVELS, DraftView, violation_rows
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
        "text": _told(fit.move),
        "difference": {level: (after.get(level) or 0) - view.score[level] for level in LEVELS},
        "violations": violation_rows(view, new),
        "num_violations": len(fit.violations),
    }


def _told(move: Move) -> str:
    """Where the move leads."""
    match move:
        case CommanderMove(_, team):
            return t("Commander of team {id}", id=team)
        case OfficerMove(_, str(unit)) | VehicleMove(_, str(unit)) | SiteMove(_, str(unit)):
            return t("To {unit}", unit=unit)
    return t("Reserve")
