"""XML that every reader takes: characters that XML 1.0 (section 2.2) has no place for stand as their code points."""

import re
from xml.etree.ElementTree import Element, tostring

from planner.render.glyphs import code_point

UNFIT = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fit(text: str) -> str:
    """The text as XML can hold it."""
    return UNFIT.sub(lambda found: code_point(found[0]), text)


def xml_bytes(root: Element) -> bytes:
    """The element as a document in UTF-8; its texts and attributes are made to fit."""
    for element in root.iter():
        element.text = fit(element.text) if element.text else element.text
        for name, value in element.attrib.items():
            element.set(name, fit(value))
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text
