"""Forms: WTForms' own, in the reader's language, with fields that read text and figures as people type them.

Every request that changes something is proved to come from our own page before a view sees it (CSRFProtect, `app.py`):
no form does it again.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from flask import Flask
from wtforms import Form, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput, TextArea

from planner.files.cells import plain
from planner.files.limits import TEXT_LENGTH, Span
from planner.files.moments import moment_of, read_moment
from planner.zones import zone_names
from web.language import moment, say, t, time_to, weekday
from web.reader import MOST_KEY, is_line, number, whole

OURS = {
    "Not a valid date value.": say("Enter a date, for example 2026-04-30."),
    "Not a valid choice.": say("Unknown option."),
    "'%(value)s' is not a valid choice for this field.": say("Unknown option."),
    "'%(value)s' are not valid choices for this field.": say("Unknown option."),
}
"""A message of WTForms that our fields may raise -> our own sentence for it."""


NO_MOMENT = say("Enter date and time, for example 2026-04-01 06:00.")
MOMENT = {"placeholder": "2026-04-01 06:00", "autocomplete": "off", "spellcheck": "false"}


class Sentences:
    """WTForms' own messages, by our catalogue."""

    def gettext(self, sentence: str) -> str:
        """The sentence in the reader's language."""
        return t(OURS.get(sentence, sentence))

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The sentence for so many in the reader's language."""
        return self.gettext(one if n == 1 else many)


class InOurLanguage:
    """What WTForms asks of every form: where it looks up its own messages."""

    def get_translations(self, form: Form) -> Sentences:
        """Our catalogue."""
        return Sentences()


class PageForm(Form):
    """A form of a page. Errors are sentences in the reader's language, of a field or of the form as a whole."""

    Meta = InOurLanguage

    def refuse(self, sentence: str, name: str = "") -> None:
        """The form is not taken because of this field; without a name, as a whole."""
        if name:
            self[name].errors = [*self[name].errors, sentence]
        else:
            self.form_errors.append(sentence)

    def wrong(self) -> Iterator[tuple[Any, str]]:
        """Every error with its field; None where no field that people see has it."""
        yield from ((None, error) for error in self.form_errors)
        for field in self:
            yield from ((None if isinstance(field, HiddenField) else field, error) for error in field.errors)


class LineField(StringField):
    """Text without the blanks around it; nothing where the form does not have it."""

    data: str

    def process_data(self, value: str | None) -> None:
        """What the field shows before anything was sent."""
        self.data = value or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was sent takes the place of the default, even if it is nothing."""
        self.data = valuelist[0].strip() if valuelist else ""


class TokenField(LineField, HiddenField):
    """A word that the page sends back, as people do not see it."""

    widget = HiddenInput()


class NoteField(LineField, TextAreaField):
    """Text of several lines."""

    widget = TextArea()


class SecretField(PasswordField):
    """A password: every sign counts, and no page ever shows it."""

    data: str

    def process_formdata(self, valuelist: list[str]) -> None:
        """Nothing where the form does not have it."""
        self.data = valuelist[0] if valuelist else ""


class NumberField(StringField):
    """A figure as people type it, within bounds; `data` is None where it is none, and the text stays as typed."""

    data: Any
    read: ClassVar[Any] = staticmethod(number)

    def __init__(self, label: str = "", least: float = -math.inf, most: float = math.inf, **options: Any) -> None:
        super().__init__(label, **options)
        self.least, self.most = least, most

    @property
    def text(self) -> str:
        """What was typed, without blanks around it; what the field shows where nothing was."""
        if self.raw_data is None:
            return "" if self.data is None else str(self.data)
        return self.raw_data[0].strip() if self.raw_data else ""

    def _value(self) -> str:
        return self.text

    def process_formdata(self, valuelist: list[str]) -> None:
        """The text is read; whether none or a wrong one is an error, the form says."""
        self.data = self.read(self.text, self.least, self.most)


class MomentField(LineField):
    """Day and hour, in any spelling that an import takes too; what was typed stays in the field."""

    def __init__(self, label: str = "", **options: Any) -> None:
        super().__init__(label, render_kw=MOMENT | {"required": True, "maxlength": TEXT_LENGTH.most}, **options)

    def at(self, zone: str) -> datetime | None:
        """The moment by the clocks of the zone, or of the offset; None where it is none."""
        return typed_moment(self.data, zone)

    def check(self, zone: str, years: Span) -> None:
        """Raises `ValidationError`, with the reason, where it is no moment of these years."""
        said = read_moment(plain(self.data))
        if said is None or not (said.day and said.clock):
            raise ValidationError(t(NO_MOMENT))
        at = self.at(zone)
        if at is None:
            raise ValidationError(t("There is no such day or hour in this time zone."))
        if not years.least <= at.year <= years.most:
            raise ValidationError(t("The year must be from {least} to {most}.", least=years.least, most=years.most))


def typed_moment(text: str, zone: str, hour: str = "") -> datetime | None:
    """What a field of day and hour says, by the clocks of the zone; None where it is no moment.

    `hour` is that of a day alone; without one there must be one.
    """
    said = read_moment(plain(text))
    clock = said.clock or hour if said is not None else ""
    return moment_of(replace(said, clock=clock), zone) if said is not None and said.day and clock else None


def when_text(text: str, zone: str) -> str:
    """What is told beside a field of day and hour: the moment that is read, its weekday and how far off it is."""
    at = typed_moment(text, zone)
    return f"{moment(at)} · {weekday(at)} · {time_to(at)}" if at is not None else ""


class WholeField(NumberField):
    """A whole number within bounds."""

    read = staticmethod(whole)


class SeenField(HiddenField):
    """The revision that the form showed; 0 for none."""

    data: Any

    def __init__(self, label: str = "", **options: Any) -> None:
        super().__init__(label, **options | {"default": 0})

    def process_formdata(self, valuelist: list[str]) -> None:
        """What cannot be a revision is none."""
        self.data = whole(valuelist[0], 0, MOST_KEY) or 0 if valuelist else 0


class OneLine:
    """A validator: the text is one line of so many characters; the sentence may name them as {most}."""

    def __init__(self, span: Span, sentence: str) -> None:
        self.span, self.sentence = span, sentence
        self.field_flags = {"maxlength": span.most} | ({"required": True} if span.least else {})

    def __call__(self, form: Form, field: StringField) -> None:
        """Raises `ValidationError`."""
        text = field.data or ""
        if len(text) < self.span.least or not is_line(text, self.span.most):
            raise ValidationError(t(self.sentence, most=self.span.most))


NO_ZONE = say(
    "Enter a time zone by its name, for example Asia/Shanghai, or by its offset from UTC, for example +08:00."
)


def offered_zones() -> list[str]:
    """The names of zones by city, as forms offer them."""
    return sorted(name for name in zone_names() if "/" in name and not name.startswith("Etc/"))


def show_fields(app: Flask) -> None:
    """Every template has the macros of `fields.html` as `fields`."""
    app.jinja_env.globals |= {"t": t, "zone_names": offered_zones(), "when": when_text}
    app.jinja_env.globals["fields"] = app.jinja_env.get_template("fields.html").module
