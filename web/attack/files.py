"""Files changed at random, through the shell's own reader: told with their place, never a traceback; judges agree."""

import copy
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from planner.__main__ import main as planner
from planner.edits import apply_edits, edits_of, plannable
from planner.files import (
    Unreadable,
    dump_operation,
    dump_plan,
    parse_operation,
    read_json,
    read_operation,
    read_plan,
)
from planner.files.exporting import export_xlsx
from planner.importing import empty_document, preview, read_upload
from planner.merging import ImportOptions
from planner.rules import check
from planner.scenario import Scenario
from planner.score import score
from web.attack.house import OPERATION, PLAN, fell_with
from web.attack.judges import verdict_of_data
from web.attack.lab import Lab
from web.attack.mutations import mutate
from web.attack.tries import Tries, held
from web.attack.workbooks import mutate as mutated_workbook
from web.attack.workbooks import shaken

ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    2**63,
    10**400,
    1e308,
    "",
    " ",
    "x",
    "\0",
    "\ud800",
    "9" * 400,
    [],
    {},
    [[]],
    {"x": 1},
    "2026-02-30",
    "\u202e",
    "nan",
)
EDITS = [
    {"table": "officers", "drop": "O-C01-001"},
    {
        "table": "sites",
        "put": {"id": "S001", "address": "x", "city": "成都", "lat": 30.6, "lon": 104.0, "risk": "low", "exam": True},
    },
    {"table": "doctrine", "put": {"duty_max": 600}},
]


def mutate_document(rng: random.Random, document: Any) -> Any:
    """The document with some values, keys or rows changed."""
    changed = copy.deepcopy(document)
    for _ in range(rng.randint(1, 4)):
        at = random_place(rng, changed)
        if isinstance(at, dict) and at:
            name = rng.choice(list(at))
            kind = rng.randrange(3)
            if kind == 0:
                del at[name]
            else:
                other = rng.choice(("x", "\ud800", name.upper(), ""))
                at[name if kind == 1 else other] = copy.deepcopy(rng.choice(ODD))
        elif isinstance(at, list) and at:
            n = rng.randrange(len(at))
            at[n : n + rng.choice((0, 1))] = [copy.deepcopy(rng.choice((*ODD, at[n], at[n])))]
    return changed


def random_place(rng: random.Random, value: Any) -> Any:
    """An object or a list somewhere in the document."""
    parts = [part for part in (value.values() if isinstance(value, dict) else value) if isinstance(part, dict | list)]
    return random_place(rng, rng.choice(parts)) if parts and rng.random() < 0.8 else value


def as_text(rng: random.Random, document: Any) -> bytes:
    """The document as a file, whose bytes may be changed too."""
    content = json.dumps(document, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    return shaken(rng, content, 3) if rng.random() < 0.25 else content


def mutated_files(lab: Lab) -> Tries:
    """Operations (45 in 100), plans (35) and edits (20) changed at random and given to the shell."""
    folder, rng, ends = lab.place(), random.Random(17), Counter[int]()
    operation, plan = read_json(OPERATION), read_json(PLAN)
    for n in range(lab.few(3_000, 30)):
        kind = n % 20
        source, document = (OPERATION, operation) if kind < 9 else (PLAN, plan) if kind < 16 else (None, EDITS)
        file = folder / "changed.json"
        file.write_bytes(as_text(rng, mutate_document(rng, document)))
        if source is None:
            told, code = read_edits(file)
        else:
            words = [str(file), str(PLAN)] if source is OPERATION else [str(OPERATION), str(file)]
            done = CliRunner().invoke(planner, ["check", *words])
            told, code = fell_with(done), done.exit_code
            if code == 2 and not told and ": " not in done.output:
                told = f"refused without a place: {done.output[:100]}"
        ends[code] += 1
        yield held(told is None, f"file {n}: {told}")
    return ", ".join(f"exit {code}: {number}" for code, number in sorted(ends.items()))


def read_edits(file: Path) -> tuple[str | None, int]:
    """How the edits in the file fell, other than by being refused with their place; and as what status that counts."""
    try:
        parse_operation(plannable(apply_edits(read_json(OPERATION), edits_of(read_json(file)))))
    except Unreadable as error:
        return (None if all(map(str, error.faults)) else "refused without words"), 2
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return f"{type(error).__name__}: {str(error)[:100]}", -1
    return None, 0


def mutated_workbooks(lab: Lab) -> Tries:
    """Workbooks changed at random and read as an upload is: refused in a sentence or previewed."""
    rng, ends = random.Random(19), Counter[str]()
    document = read_json(OPERATION)
    content = export_xlsx(document)
    for n in range(lab.few(1_000, 10)):
        end = preview_of(mutated_workbook(rng, content), document if n % 2 else empty_document())
        ends[end.partition(":")[0]] += 1
        yield held(not end.startswith("fell"), f"workbook {n}: {end}")
    return ", ".join(f"{number} {end}" for end, number in sorted(ends.items()))


def preview_of(content: bytes, document: Any) -> str:
    """What came of an upload: refused, faulty, sound, or how it fell."""
    try:
        found = preview(document, read_upload(content, "changed.xlsx", ImportOptions()), ImportOptions())
    except Unreadable as error:
        return (
            "refused" if error.faults and all(fault.text() for fault in error.faults) else "fell: refused without words"
        )
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return f"fell: {type(error).__name__}: {str(error)[:100]}"
    return "with faults" if found.faults else "sound"


def judges(lab: Lab) -> Tries:
    """The checker and the referee find the same rules broken and the same score, whatever was changed in a plan."""
    operation, plan, ends = read_operation(OPERATION), read_plan(PLAN), Counter[str]()
    for seed in range(lab.few(600, 10)):
        rng = random.Random(seed)
        changed = operation, plan
        for _ in range(rng.choice((1, 1, 2, 3, 5))):
            changed = mutate(rng, *changed)
        scenario, its_plan = Scenario(changed[0]), changed[1]
        theirs, points, _ = verdict_of_data(dump_operation(scenario.operation), dump_plan(its_plan))
        found = check(scenario, its_plan)
        ours = Counter(violation.rule for violation in found)
        is_same = set(ours) == set(theirs) if theirs["R1"] else ours == theirs
        if is_same and not theirs["R1"]:
            is_same = score(scenario, its_plan).levels() == points
        ends["sound" if not found else "broken"] += 1
        yield held(is_same, f"plan {seed}: the checker {dict(ours)}, the referee {dict(theirs)}")
    return ", ".join(f"{number} {end}" for end, number in sorted(ends.items()))
