"""Made-up requests, right and wrong, over the whole API: no failure of ours, and no answer beyond the document."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks

from models import plans as store
from tests.api_tokens import bearer, opened
from tests.effort import tries
from tests.house import House
from tests.stored_plans import document, loaded, plan_document

load_all_checks()
HELD = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
EXAMPLES = 20
"""Requests for each route, in the slow lane."""


def test_no_answer_is_beyond_the_document(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every route with made-up values, in an operation with a plan where the numbers are those of ours."""
    operation = loaded(house, document("one-city"))
    with opened(house) as s:
        scenario = store.keep(s, operation, plan_document("one-city"), house.person.id, "")
    headers = bearer(house)
    monkeypatch.setattr("web.plan_parcels.resume_parcel", lambda name, asked: None)  # no process beside this one
    monkeypatch.setattr("web.api_printing.resume_parcel", lambda name, asked: None)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", house.app, headers=headers)
    checks: list[Any] = [CHECKS.get_one(name) for name in HELD]
    seen = set[tuple[str, int]]()

    def asks(route: Any) -> None:
        @settings(
            max_examples=tries(EXAMPLES),
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=route.as_strategy(), is_ours=st.booleans())
        def one(case: Any, *, is_ours: bool) -> None:
            if is_ours:
                numbers = {"operation": operation, "scenario": scenario}
                case.path_parameters = {
                    **case.path_parameters,
                    **{k: v for k, v in numbers.items() if k in case.path_parameters},
                }
            answer = case.call(headers=headers)
            seen.add((route.label, answer.status_code))
            case.validate_response(answer, checks=checks)

        one()

    for found in schema.get_all_operations():
        asks(found.ok())
    assert {label for label, _ in seen} == {
        f"{r.ok().method.upper()} {r.ok().path}" for r in schema.get_all_operations()
    }
    assert sum(code < 300 for _, code in seen) >= 8
