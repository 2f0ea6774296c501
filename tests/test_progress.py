"""What whoever watches a run is told: better plans, how far a stage is, and none of it too often."""

from planner.scenario import Scenario
from planner.score import Score
from planner.solver import Bound, Clock, Limit, Pace, Progress
from planner.solver.missed import empty_plan
from tests.operations import two_doors

PLAN = empty_plan(Scenario(two_doors()))


def word(stage: str, missed: int, done: int | None = None) -> Progress:
    """A word of progress."""
    return Progress(stage, 0.0, Score(missed, 0, 0), Bound(), PLAN, done)


def heard_by(clock: Clock) -> list[Progress]:
    """What a watcher of the clock hears, from the first word of a stage on."""
    heard: list[Progress] = []
    clock.report_to(heard.append, word("squads", 5))
    return heard


def test_only_a_better_plan_is_told() -> None:
    """A plan that is no better than the best so far is not told."""
    clock = Clock(Limit(work=1))
    heard = heard_by(clock)
    for missed in (6, 5, 3, 4, 3, 2):
        clock.tell(PLAN, Score(missed, 0, 0))
    assert [p.score.missed for p in heard] == [5, 3, 2]


def test_counts_come_with_the_best_plan_so_far() -> None:
    """Rows are counted from none to all; no rows are nothing to count; a stage may stop counting."""
    clock = Clock(Limit(work=1))
    heard = heard_by(clock)
    for row in clock.through("abc"):
        clock.tell(PLAN, Score({"a": 4, "b": 9, "c": 1}[row], 0, 0))
    assert not list(clock.through(""))
    clock.count(None)
    told = [(p.score.missed, p.done, p.of) for p in heard]
    assert told == [(5, None, None), (5, 0, 3), (4, 0, 3), (4, 1, 3), (4, 2, 3), (1, 2, 3), (1, 3, 3), (1, None, None)]


def test_nobody_hears_of_what_answers_another_question() -> None:
    """Aside, plans are not told, but the work is counted."""
    clock = Clock(Limit(work=1))
    heard = heard_by(clock)
    with clock.aside():
        clock.tell(PLAN, Score(0, 0, 0))
        clock.count(1)
    clock.tell(PLAN, Score(4, 0, 0))
    assert [(p.score.missed, p.done) for p in heard] == [(5, None), (5, 1), (4, 1)]


def test_a_clock_that_nobody_watches_tells_nothing() -> None:
    """Stages work the same where nobody listens, as in processes of their own."""
    clock = Clock(Limit(work=1))
    clock.tell(PLAN, Score(0, 0, 0))
    clock.count(1, 2)
    assert list(clock.through("ab")) == ["a", "b"]
    assert clock.progress is None


def test_little_is_let_through_and_nothing_that_counts_is_lost() -> None:
    """A stage's first word and its first better score come at once, the next ones in their time."""
    words = [word("a", 5), word("a", 5, 1), word("a", 4, 1), word("a", 4, 2), word("b", 4), word("b", 3)]
    slow = Pace(600.0)
    assert [slow.lets_through(w) for w in words] == [True, False, True, False, True, True]
    quick = Pace(0.0)
    assert all(quick.lets_through(w) for w in words)
