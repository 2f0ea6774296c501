"""A smallest set of facts that together leave no solution.

U. Junker, "QuickXplain: Preferred explanations and relaxations for over-constrained problems", AAAI 2004, pages
167-172.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def minimal_conflict(facts: Sequence[T], leaves_nothing: Callable[[tuple[T, ...]], bool]) -> tuple[T, ...] | None:
    """Facts that leave no solution while any fewer of them leave one, in their order; None where all leave one.

    `leaves_nothing` is asked about facts that hold while all the others are lifted; whoever fails with some fails with
    more. Facts that come later are named only where those before do not suffice. Empty: there is none with all lifted.
    """
    if not leaves_nothing(tuple(facts)):
        return None
    if leaves_nothing(()):
        return ()
    found = set(_conflict((), is_new=False, facts=tuple(facts), leaves_nothing=leaves_nothing))
    return tuple(fact for fact in facts if fact in found)


def _conflict(
    held: tuple[T, ...], *, is_new: bool, facts: tuple[T, ...], leaves_nothing: Callable[[tuple[T, ...]], bool]
) -> tuple[T, ...]:
    """Which of the facts are needed beside those that hold; `is_new`: something holds since it was last asked."""
    if is_new and leaves_nothing(held):
        return ()
    if len(facts) == 1:
        return facts
    first, second = facts[: len(facts) // 2], facts[len(facts) // 2 :]
    late = _conflict((*held, *first), is_new=True, facts=second, leaves_nothing=leaves_nothing)
    early = _conflict((*held, *late), is_new=bool(late), facts=first, leaves_nothing=leaves_nothing)
    return (*early, *late)
