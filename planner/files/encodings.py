"""The text of a CSV, whichever of the encodings it has that spreadsheet programs of offices write."""

import re

from planner.files.archives import unreadable

AS_BIG5 = "as-big5"
LOW_SHARE = 0.1  # of the characters: GB18030 text of offices has next to none whose second byte is so low
COMMON_SHARE = 0.8
PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
LATIN = re.compile(rb"[\x80-\xff][a-z](?=[a-z])")  # an accented letter within a word of a western code page


def decode_text(content: bytes) -> tuple[str, tuple[str, ...]]:
    """The text, and the codes of remarks on how it was read. Raises `Unreadable` where it is no text that is known."""
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in content and not is_wide:
        raise unreadable("unknown-encoding")
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and _is_latin(content):
            raise unreadable("unknown-encoding")
        return (text, ()) if encoding != "gb18030" else _gb18030_or_big5(content, text)
    if (text_of_big5 := _big5(content)) is not None:
        return text_of_big5, (AS_BIG5,)
    raise unreadable("unknown-encoding")


def is_private(character: str) -> bool:
    """Whether the character means something on the computer that wrote it alone."""
    return "\ue000" <= character <= "\uf8ff" or character >= "\U000f0000"


def _gb18030_or_big5(content: bytes, text: str) -> tuple[str, tuple[str, ...]]:
    pairs = PAIR.findall(content)
    num_low = sum(pair[1] < 0xA1 for pair in pairs)
    if any(map(is_private, text)) or num_low > LOW_SHARE * len(pairs):
        other = _big5(content)
        if other is not None:
            return other, (AS_BIG5,)
    return text, ()


def _big5(content: bytes) -> str | None:
    """The text as Big5, where nearly all of its characters are among that encoding's common ones."""
    try:
        text = content.decode("cp950")
    except UnicodeDecodeError:
        return None
    wide = [character.encode("cp950") for character in text if not character.isascii()]
    num_common = sum(0xA1 <= code[0] <= 0xC6 for code in wide)
    return text if wide and num_common >= COMMON_SHARE * len(wide) and not any(map(is_private, text)) else None


def _is_latin(content: bytes) -> bool:
    """Whether every character beyond ASCII is a letter within a western word."""
    pairs = PAIR.findall(content)
    return bool(pairs) and len(LATIN.findall(content)) == len(pairs)
