"""What another squad at an address would mean, in the words of either language."""

import pytest

from planner.files import read_operation
from planner.reasons.stored import ChangePrice, StoredContrast
from planner.render.change_words import contrast_sentences
from tests.referee import ROOT

OPERATION = read_operation(ROOT / "examples" / "tiny.json")
PRICE = ChangePrice({"missed": 0}, {"missed": 1, "changes": 2}, 1)


def contrast(**found: object) -> StoredContrast:
    """A contrast for the first address."""
    values: dict[str, object] = {"site": OPERATION.sites[0].id, "squad": "T01-1", "lacks": {}, "edits": ()}
    return StoredContrast(**values | found)  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_that_is_lost_is_named(lang: str) -> None:
    """Needs with their numbers, suspects by name and id, addresses by their delay, one sentence each."""
    suspect, site = OPERATION.suspects[0], OPERATION.sites[0].id
    found = contrast(lacks={"officers": 2}, lost=(suspect.id,), later={site: 25}, outcome=PRICE)
    lacks, lost, later = contrast_sentences(OPERATION, found, lang)
    assert "T01-1" in lacks and site in lacks and "2" in lacks
    assert suspect.name in lost and suspect.id in lost
    assert site in later and "+25" in later
    assert not any("{" in told for told in (lacks, lost, later))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_plan_and_no_loss_are_told_apart(lang: str) -> None:
    """Without a plan nothing is said of losses; where nothing is lost that is said."""
    (none,) = contrast_sentences(OPERATION, contrast(lost=("P001",)), lang)
    assert "T01-1" in none and OPERATION.sites[0].id in none
    (same,) = contrast_sentences(OPERATION, contrast(outcome=PRICE), lang)
    assert same != none and "{" not in same + none
    if lang == "en":
        assert none.startswith("No plan was found near this one") and same.startswith("Every arrest stays")
