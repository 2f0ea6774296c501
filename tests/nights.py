"""Nights of an operation as reports, and what the way of reports does to them."""

import random
from dataclasses import replace
from datetime import timedelta

from planner.reports import Report
from planner.reports.night import night, report

__all__ = ["disturbed", "night", "report"]


def disturbed(reports: list[Report], seed: int) -> list[Report]:
    """The same reports out of order: one in ten is sent twice, one in ten is lost and sent again hours later."""
    draw, sent = random.Random(seed), list[Report]()
    for one in reports:
        chance = draw.random()
        sent.append(one if chance >= 0.1 else replace(one, received=one.received + timedelta(hours=2)))
        if chance > 0.9:
            sent.append(one)
    draw.shuffle(sent)
    return sent
