"""Our modules as one script: in the order of their imports, nothing else of the language of modules, no global."""

import shutil
import subprocess
from pathlib import Path

import pytest

from planner.render.bundle import NoBundle, bundle_script, modules_of
from planner.render.map_page import ENTRY, STATIC


def modules(folder: Path, **texts: str) -> Path:
    """Files of these texts by their names; the first is the entry."""
    for name, text in texts.items():
        (folder / f"{name}.js").write_text(text)
    return folder / f"{next(iter(texts))}.js"


def test_a_module_stands_once_and_after_what_it_imports(tmp_path: Path) -> None:
    """Two that share a third have it before both, and the bundle is the same each time."""
    entry = modules(
        tmp_path,
        open='import { two } from "./b.js";\nimport { one } from "./a.js";\n',
        a='import { base } from "./c.js";\nexport const one = base;\n',
        b='import { base as low } from "./c.js";\nexport const two = low;\n',
        c="export const base = 1;\n",
    )
    assert [path.stem for path in modules_of(entry)] == ["c", "b", "a", "open"]
    assert bundle_script(entry) == bundle_script(entry)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js runs the bundle")
def test_a_bundle_does_what_its_modules_do(tmp_path: Path) -> None:
    """Functions, classes, constants and renamed imports reach each other; each module has its own names."""
    entry = modules(
        tmp_path,
        open=(
            'import {\n  add,\n  Box as Crate,\n  state,\n} from "./a.js";\nconst hidden = 2;\n'
            "state.sum = add(hidden, new Crate(3).size);\nconsole.log(state.sum, typeof hidden, globalThis.add);\n"
        ),
        a=(
            "const hidden = 10;\nexport const state = { sum: 0 };\n"
            "export function add(a, b) {\n  return a + b + hidden;\n}\n"
            "export class Box {\n  constructor(size) {\n    this.size = size;\n  }\n}\n"
        ),
    )
    (tmp_path / "made.js").write_text(bundle_script(entry))
    run = subprocess.run(["node", tmp_path / "made.js"], capture_output=True, text=True, check=True)
    assert run.stdout == "15 number undefined\n"


@pytest.mark.parametrize(
    "line",
    [
        "export default 1;",
        "export { one };",
        "export let two = 2;",
        'import all from "./a.js";',
        'import * as all from "./a.js";',
        'const late = await import("./a.js");',
    ],
)
def test_other_forms_are_refused(tmp_path: Path, line: str) -> None:
    """What a bundle would get wrong is named with its file."""
    entry = modules(tmp_path, open=f"const one = 1;\n{line}\n", a="")
    with pytest.raises(NoBundle, match=r"^open\.js: "):
        bundle_script(entry)


def test_a_circle_is_refused(tmp_path: Path) -> None:
    """Modules that import each other have no order."""
    entry = modules(tmp_path, open='import { a } from "./a.js";\n', a='import { b } from "./open.js";\n')
    with pytest.raises(NoBundle, match=r"open\.js imports itself by way of a\.js"):
        modules_of(entry)


def test_types_in_comments_stay() -> None:
    """The map's own modules make a bundle, comments that name types of other modules and all."""
    assert "@param" in bundle_script(STATIC / ENTRY)
