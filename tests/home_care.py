"""Instances of home health care routing made for tests: the same number gives the same instance."""

import random
from typing import Any

SERVICES = ("s1", "s2", "s3")


def document(number: int, patients: int, caregivers: int) -> dict[str, Any]:
    """An instance with so many patients and caregivers; every third patient needs two services."""
    rng = random.Random(number)
    points = [(rng.uniform(0, 60), rng.uniform(0, 60)) for _ in range(patients + 1)]
    able = [sorted(rng.sample(SERVICES, 2)) for _ in range(caregivers)]
    able[:3] = [["s1", "s2"], ["s2", "s3"], ["s1", "s3"]][:caregivers]
    return {
        "patients": [patient(rng, n) for n in range(1, patients + 1)],
        "caregivers": [{"id": f"c{n}", "abilities": skills} for n, skills in enumerate(able, 1)],
        "distances": [[((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 for bx, by in points] for ax, ay in points],
    }


def patient(rng: random.Random, number: int) -> dict[str, Any]:
    """One patient with a window of two hours."""
    opens = rng.randrange(0, 480)
    row: dict[str, Any] = {"id": f"p{number}", "time_window": [opens, opens + 120]}
    services = rng.sample(SERVICES, 2 if number % 3 == 0 else 1)
    row["required_caregivers"] = [{"service": s, "duration": rng.randrange(10, 40)} for s in services]
    if len(services) == 2:
        is_together = rng.random() < 0.5
        row["synchronization"] = (
            {"type": "simultaneous"} if is_together else {"type": "sequential", "distance": [20, 60]}
        )
    return row
