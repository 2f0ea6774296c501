"""The catalogue as the sources ask for it: what is new is added, to be translated, and what nobody says goes.

Entries keep their places and their comments, so that two changes of one catalogue can be merged.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg

from planner.i18n import po_file

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS = {**DEFAULT_KEYWORDS, **parse_keywords(["t", "say", "_say", "_said", "_count:1,2"])}
"""The functions that translate or mark a sentence, beside gettext's own."""
Key = str | tuple[str, str]


def asked() -> dict[Key, str]:
    """Sentence, or singular and plural, as `pybabel extract` finds them -> where it stands first."""
    with open(ROOT / "babel.cfg", encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel types it in part
    found: dict[Key, str] = {}
    rows = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=_is_ours)
    for path, line, message, *_ in rows:
        key: Key = message if isinstance(message, str) else (message[0], message[1])
        found.setdefault(key, f"{path}:{line}")
    return found


def _is_ours(path: str) -> bool:
    return not Path(path).name.startswith((".", "_", "node_modules"))


def entries(text: str) -> Iterator[tuple[Key, str]]:
    """Key and text of every entry of a catalogue's file, comments included; the head is that of ""."""
    for part in re.findall(r"(?:#[^\n]*\n)*msgid [^\n]*\n(?:(?!msgid |#)[^\n]+\n)*", text):
        one, many = (_said(part, name) for name in ("msgid", "msgid_plural"))
        yield (one if not many else (one, many)), part.rstrip("\n")


def _said(part: str, name: str) -> str:
    found = re.search(rf'^{name} ((?:"(?:[^"\\]|\\.)*"\n?)+)', part, re.M)
    lines = re.findall(r'"((?:[^"\\]|\\.)*)"', found[1]) if found else []
    return re.sub(r"\\(.)", lambda sign: "\n" if sign[1] == "n" else sign[1], "".join(lines))


def updated(text: str, wanted: dict[Key, str]) -> str:
    """The catalogue's file with exactly the wanted entries; new ones come last and are empty."""
    kept = {key: part for key, part in entries(text) if not key or key in wanted}
    new = [_empty(key) for key in wanted if key not in kept]
    return "\n\n".join([*kept.values(), *new]) + "\n"


def _empty(key: Key) -> str:
    if isinstance(key, str):
        return f'msgid {_quoted(key)}\nmsgstr ""'
    return f'msgid {_quoted(key[0])}\nmsgid_plural {_quoted(key[1])}\nmsgstr[0] ""'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def main() -> None:
    """The Chinese catalogue is up to date; what is left to translate is told."""
    path, wanted = po_file("zh"), asked()
    path.write_text(updated(path.read_text("utf-8"), wanted), "utf-8")
    left = [key for key, part in entries(path.read_text("utf-8")) if key and part.endswith('""')]
    for key in left:
        sys.stdout.write(f"to be translated ({wanted[key]}): {key}\n")


if __name__ == "__main__":
    main()
