"""A coordinate as offices write it: degrees, with minutes and seconds or decimals, whatever signs stand between."""

import re
import unicodedata

from planner.files.fault import UnfitValue

# The marks of minutes and seconds are made alike before anything else: compatibility forms would split ″ into two ′.
SIGNS = {
    **dict.fromkeys(map(ord, "″“”〃„‟＂ʺ˝秒"), '"'),
    **dict.fromkeys(map(ord, "′’‘‛＇ʹʼ´`｀ˊ分"), "'"),
    **dict.fromkeys(map(ord, "º˚⁰度∘"), "°"),
    **dict.fromkeys(map(ord, "−–—‐‑﹣－"), "-"),
}
SIDES = {"N": "N", "北": "N", "S": "S", "南": "S", "E": "E", "东": "E", "W": "W", "西": "W"}
SIDE = re.compile(r"([北南])纬|([东西])经|([NSEW北南东西])")
FIGURE = r"(\d{1,15}(?:\.\d{0,20})?)"
ANGLE = re.compile(rf"([+-]?){FIGURE}(?:°(?:{FIGURE}'(?:{FIGURE}\"?)?)?)?")
OF_COLUMN = {
    f"{kind}{axis}": sides for kind in ("", "given_", "wgs84_") for axis, sides in (("lat", "NS"), ("lon", "EW"))
}


def read_angle(name: str, text: str) -> float | None:
    """Signed degrees of a coordinate's text; None where it is no angle at all. Raises `UnfitValue`.

    `name` is the field (lat, lon), which says whether north or east may stand beside the figure.
    """
    marked = unicodedata.normalize("NFKC", text.translate(SIGNS)).upper().replace("''", '"')
    sides = {SIDES["".join(filter(None, found))] for found in SIDE.findall(marked)}
    angle = ANGLE.fullmatch(re.sub(r"[\s,;]+$|\s", "", SIDE.sub("", marked)))
    if angle is None:
        return None
    if len(sides) > 1 or not sides <= set(OF_COLUMN[name]):
        raise UnfitValue("other-side")
    if sides and (angle[1] == "-" or (angle[1] and sides & set("SW"))):
        raise UnfitValue("sign-and-side")
    degrees = _degrees(*(angle[i] for i in (2, 3, 4)))
    return -degrees if angle[1] == "-" or sides & set("SW") else degrees


def _degrees(whole: str, minutes: str | None, seconds: str | None) -> float:
    """Degrees from their parts, of which only the last may have decimals. Raises `UnfitValue`."""
    if (minutes and "." in whole) or (seconds and "." in (minutes or "")):
        raise UnfitValue("early-decimals")
    if float(minutes or 0) >= 60 or float(seconds or 0) >= 60:
        raise UnfitValue("sixty")
    return float(whole) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
