"""Plans that are asked for through the browser, and a test that does what the dispatcher does."""

from flask.testing import FlaskClient

from models import plans
from tests.house import House, token
from tests.stored_plans import plan_document
from web import database

PLAN_REQUEST = {"token": "a-token-of-one-page", "name": "", "seconds": "20", "work": "", "seed": "7"}
OWNER, LEASE = "a dispatcher", 60.0


def ask(client: FlaskClient, key: int, **changes: str) -> tuple[int, str]:
    """Status and text or new address of the answer to a request for a plan."""
    answer = client.post(
        f"/operations/{key}/plans/?lang=en", data={"csrf_token": token(client), **PLAN_REQUEST, **changes}
    )
    return answer.status_code, answer.headers.get("Location", answer.text)


def taken(house: House) -> plans.Claim:
    """What waits longest is being made now."""
    with house.app.extensions[database.KEY].session() as s:
        claim = plans.claim(s, OWNER, LEASE)
    assert claim is not None
    return claim


def tell(house: House, claim: plans.Claim, stage: str, missed: int, **count: int | None) -> plans.Lease:
    """The dispatcher says how far it is; `done` and `of` where the stage counts."""
    score, bound = {"missed": missed, "exposure": 0, "cost": 0}, {"missed": 1, "exposure": None, "cost": None}
    progress = {"stage": stage, "seconds": 1.5, "score": score, "bound": bound, **count}
    with house.app.extensions[database.KEY].session() as s:
        return plans.renew(s, claim.scenario, OWNER, claim.attempt, LEASE, progress)


def finish(house: House, claim: plans.Claim) -> None:
    """The plan that is kept beside one-city came of it."""
    with house.app.extensions[database.KEY].session() as s:
        assert plans.finish(s, claim.scenario, OWNER, claim.attempt, plan_document("one-city"))
