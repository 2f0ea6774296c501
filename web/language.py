"""The reader's language, and what pages say sentences, figures and moments in."""

from collections.abc import Mapping
from datetime import UTC, datetime
from gettext import NullTranslations
from typing import Any
from urllib.parse import quote, urlencode

from babel.dates import format_datetime
from flask import Flask, Response, current_app, has_request_context, request
from flask_babel import Babel, Domain, format_decimal, get_locale

from models.plan_intake import broken_of
from planner.i18n import gettext, ngettext, translations
from planner.render.endings import stage_word
from planner.render.formatting import h_minutes, uncovered_text
from planner.render.violation_words import violation_text
from planner.zones import zone_shown

LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "简体中文"}
LANG_ATTRIBUTE = {"en": "en", "zh": "zh-Hans"}
LOCALES = {"en": "en", "zh": "zh_Hans_CN"}
CHOSEN = "h_hour.language"  # in the environment of a request
KEPT_SECONDS = 365 * 24 * 3600


class Catalogue(Domain):  # type: ignore[misc]  # Flask-Babel ships no types
    """The one catalogue of translations, as Flask-Babel wants it."""

    def get_translations(self) -> NullTranslations:
        """The catalogue in the reader's language."""
        return translations("zh" if get_locale().language == "zh" else "en")


def speak(app: Flask) -> None:
    """Pages, forms and figures of the application are in the reader's language."""
    Babel(app, locale_selector=lambda: LOCALES[language()])
    app.extensions["babel"].domain_instance = Catalogue()
    app.context_processor(_sentences)
    app.after_request(_with_choice)


def language() -> str:
    """The reader's language: asked for, chosen before, or the browser's own; English otherwise."""
    if not has_request_context():
        return "en"
    if CHOSEN not in request.environ:  # a page asks for each of its sentences
        best = request.accept_languages.best_match(LANGUAGES)
        asked = (request.args.get("lang"), request.cookies.get("lang"), best)
        request.environ[CHOSEN] = next((lang for lang in asked if lang is not None and lang in LANGUAGES), "en")
    return str(request.environ[CHOSEN])


def t(sentence: str, **values: object) -> str:
    """The sentence in the reader's language, with its values in their places."""
    told = gettext(sentence, language())
    return told.format(**values) if values else told


def say(sentence: str) -> str:
    """The sentence itself, marked for the catalogue: it is translated where it is shown."""
    return sentence


def moment(at: datetime, like: datetime | None = None) -> str:
    """Date and time in the zone of `like` (an operation's H), without seconds: 2022-04-01 06:00."""
    told = at.astimezone(like.tzinfo) if like is not None else at
    return told.strftime("%Y-%m-%d %H:%M")


def weekday(at: datetime) -> str:
    """The day of the week at a moment, in its own zone: Wed, 周三."""
    return str(format_datetime(at, "EEE", tzinfo=at.tzinfo, locale=LOCALES[language()]))


def time_to(at: datetime, now: datetime | None = None) -> str:
    """How far off a moment is, in days and hours, on the last day in hours and minutes: in 6 d 7 h, 5 h 3 min ago."""
    minutes = round((at - (now or datetime.now(UTC))).total_seconds() / 60)
    hours, days = abs(minutes) // 60, abs(minutes) // (24 * 60)
    if days:
        sentence = say("in {days} d {hours} h") if minutes > 0 else say("{days} d {hours} h ago")
    else:
        sentence = say("in {hours} h {minutes} min") if minutes > 0 else say("{hours} h {minutes} min ago")
    return t(sentence, days=days, hours=hours % 24, minutes=abs(minutes) % 60)


def _sentences() -> dict[str, Any]:
    lang = language()
    return {
        "t": t,
        "ngettext": lambda one, many, n, **values: ngettext(one, many, n, lang, **values),
        "lang": lang,
        "html_lang": LANG_ATTRIBUTE[lang],
        "languages": [(key, LANG_ATTRIBUTE[key], name, _same_page(key)) for key, name in LANGUAGES.items()],
        "number": format_decimal,
        "moment": moment,
        "weekday": weekday,
        "zone_shown": zone_shown,
        "time_to": time_to,
        "h": h_minutes,
        "broken_said": lambda rule: _broken_said(rule, lang),
        "stage_word": lambda stage: stage_word(stage or "", lang),
        "uncovered": lambda people, weight: uncovered_text(people, weight, lang),
    }


def _broken_said(line: str, lang: str) -> str:
    """A broken rule that was stored as a line, in words; a line of before as it is."""
    broken = broken_of(line)
    return line if broken is None else f"{broken.rule} {violation_text(broken, lang)}"


def _same_page(lang: str) -> str:
    """The address of this page in a language; whatever was asked with it stays."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    path = "/" + f"{request.script_root}{_path_to_ask()}".lstrip("/")  # two slashes would lead to another host
    return f"{quote(path, errors='replace')}?{urlencode([*asked, ('lang', lang)], errors='replace')}"


def _path_to_ask() -> str:
    """The page's path; of what answers a form alone, the nearest above it that is a page."""
    adapter, path = current_app.create_url_adapter(request), request.path
    while request.method == "POST" and path != "/" and not (adapter and adapter.test(path, "GET")):
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return path


def _with_choice(response: Response) -> Response:
    """A language that was asked for is kept for the next page."""
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(
            "lang", language(), max_age=KEPT_SECONDS, samesite="Strict", httponly=True, secure=request.is_secure
        )
    return response
