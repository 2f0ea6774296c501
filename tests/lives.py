"""Steps in the life of an operation, as tests take them."""

from flask.testing import FlaskClient

from models import approvals, notes
from models.database import Session
from models.right_tables import DecisionStep
from tests.house import House, token
from web import database


def step(client: FlaskClient, operation: int, step: DecisionStep, **more: object) -> int:
    """The answer to a step of planners or commanders, sent from the page."""
    is_planning = step in ("requested", "withdrawn", "closed")
    form = {"csrf_token": token(client), "step": step, "reason": "because", **more}
    return client.post(f"/operations/{operation}/approval{'' if is_planning else '/decision'}", data=form).status_code


def live(s: Session, operation: int, scenario: int, author: int, commander: int, *steps: DecisionStep) -> None:
    """The plan is the working plan, and these steps are taken in the database: approvals by the commander."""
    notes.choose(s, operation, scenario, author)
    for step in steps:
        risky = approvals.sites_of_high_risk(s, scenario)
        approvals.decide(s, operation, step, author if step == "requested" else commander, "because", sites=risky)


def lived(house: House, operation: int, scenario: int, *steps: DecisionStep) -> None:
    """The same in a transaction of its own: the house's person asks, somebody else decides."""
    boss = house.another(f"boss{operation}")
    with house.app.extensions[database.KEY].session() as s:
        live(s, operation, scenario, house.person.id, boss.id, *steps)
