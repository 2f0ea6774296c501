"""Which plan an operation's board stands on."""

from models import approvals as store
from models import plans, register
from models.database import Session
from models.notes import working_plan
from models.plans import PlanLine


def plan_on_board(s: Session, line: register.OperationLine) -> PlanLine | None:
    """The plan that was approved last and is acted on, or else the working plan; None where there is neither.

    While a replan waits for its approval, squads still act on the plan of before: the board stands on that.
    """
    standing, _ = store.approvals_of(s, line.key) if line.status in store.IN_FORCE else (None, None)
    scenario = standing.scenario if standing is not None else working_plan(s, line.key)
    found = [one for one in plans.lines(s, line.key) if one.scenario == scenario and one.plan is not None]
    return found[0] if found else None
