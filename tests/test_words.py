"""Every sentence that people read stands in the catalogue, in Chinese too, and nothing else does."""

import re
from typing import Any

import pytest
from babel.messages.pofile import read_po

from planner.i18n import gettext, ngettext, po_file
from planner.render.formatting import clock, h_minutes
from planner.render.spoken import spoken_in
from tests.operations import two_doors
from tools.texts import asked, entries, updated


def catalogue() -> dict[str | tuple[str, str], str]:
    """Sentence, or singular and plural, -> its Chinese."""
    with open(po_file("zh"), "rb") as file:
        found = read_po(file)
    told = ((_parts(m.id), _parts(m.string)[0]) for m in found if m.id)
    return {(key[0], key[1]) if len(key) > 1 else key[0]: chinese for key, chinese in told}


def _parts(text: Any) -> list[str]:
    """What Babel gives of an entry: one text, or those of one and of many."""
    return [text] if isinstance(text, str) else list(text)


def test_the_catalogue_is_what_extraction_finds() -> None:
    """Babel finds in sources, templates, papers and scripts the catalogue's sentences: none lacks, none is dead."""
    wanted = asked()
    assert len(wanted) > 1000
    assert sorted(map(str, wanted)) == sorted(map(str, catalogue()))


def test_every_sentence_is_translated() -> None:
    """No sentence lacks its Chinese."""
    assert not [sentence for sentence, chinese in catalogue().items() if not chinese]


def test_translations_have_the_same_places() -> None:
    """A translation names the same figures in braces as its sentence; of a plural, those of the many."""
    sentences = {key if isinstance(key, str) else key[1]: chinese for key, chinese in catalogue().items()}
    torn = [k for k, v in sentences.items() if set(re.findall(r"{\w+}", k)) != set(re.findall(r"{\w+}", v))]
    assert not torn


def test_the_catalogue_follows_its_sources() -> None:
    """`make texts` adds what is new, empty, takes away what nobody says, and leaves all else as it stands."""
    text = po_file("zh").read_text("utf-8")
    wanted = asked()
    assert dict(entries(updated(text, wanted))) == dict(entries(text))
    gone = next(key for key in wanted if isinstance(key, str))
    less = {key: where for key, where in wanted.items() if key != gone}
    anew = updated(text, {**less, 'A "new" one': "here", ("1 new", "{n} new"): "here"})
    assert gone not in dict(entries(anew))
    assert anew.endswith('msgid "A \\"new\\" one"\nmsgstr ""\n\nmsgid "1 new"\nmsgid_plural "{n} new"\nmsgstr[0] ""\n')


def test_one_and_many() -> None:
    """English tells one from many, Chinese does not."""
    told = [ngettext("1 team", "{n} teams", number, "en") for number in (0, 1, 2)]
    assert told == ["0 teams", "1 team", "2 teams"]
    assert ngettext("1 team", "{n} teams", 1, "zh").startswith("1")


def test_what_a_language_lacks_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A sentence that the catalogue lacks stays English and goes to the log."""
    assert gettext("Nobody says this.", "zh") == "Nobody says this."
    assert "Nobody says this." in caplog.text


def test_papers_and_scripts_are_read_for_what_they_say(tmp_path) -> None:
    """Whatever a template or a script says in quotes is carried by its page, each sentence once."""
    path = tmp_path / "x.js"
    path.write_text('a(w("One")); say( "Two {n}", 3); w("One"); now("Three"); w(four); #w("A \\"b\\"")')
    assert spoken_in(path) == ("One", "Two {n}", 'A "b"')


@pytest.mark.parametrize(
    ("minute", "told", "from_h"),
    [
        (0, "06:00", "H"),
        (75, "07:15", "H+75"),
        (-35, "05:25", "H−35"),
        (-465, "22:15 (−1 d)", "H−465"),
        (1440, "06:00 (+1 d)", "H+1440"),
    ],
)
def test_moments(minute: int, told: str, from_h: str) -> None:
    """Moments are told as clock time, with the days from H's date, and as minutes from H."""
    assert clock(two_doors(), minute) == told
    assert h_minutes(minute) == from_h


def test_nothing_is_nothing_in_every_language() -> None:
    """The empty sentence is not the head that a catalogue keeps under it."""
    assert [gettext("", lang) for lang in ("en", "zh")] == ["", ""]
