"""The reader's language: found once for a request, and for each request anew."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from werkzeug.datastructures import LanguageAccept

from tests.house import House
from web.language import time_to, weekday


def test_the_language_is_found_once_for_each_request(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of a hundred sentences asks once what its reader speaks; the next one may speak another language."""
    asked, real = list[object](), LanguageAccept.best_match

    def counted(accept: LanguageAccept, *given: Any) -> str | None:
        asked.append(accept)
        return real(accept, *given)

    monkeypatch.setattr(LanguageAccept, "best_match", counted)
    client = house.client()
    with house.app.app_context():
        for number, (spoken, html) in enumerate((("zh-CN,zh", "zh-Hans"), ("en", "en"), ("zh-CN,zh", "zh-Hans")), 1):
            page = client.get("/operations/", headers={"Accept-Language": spoken})
            assert f'<html lang="{html}">' in page.text
            assert len(asked) == number


H = datetime.fromisoformat("2026-04-01T06:00:00+08:00")
DISTANCES = [
    (timedelta(days=6, hours=7, minutes=20), "in 6 d 7 h", "6 天 7 小时后"),
    (timedelta(hours=23, minutes=59), "in 23 h 59 min", "23 小时 59 分钟后"),
    (timedelta(0), "0 h 0 min ago", "0 小时 0 分钟前"),
    (timedelta(minutes=-61), "1 h 1 min ago", "1 小时 1 分钟前"),
    (timedelta(days=-30), "30 d 0 h ago", "30 天 0 小时前"),
]


@pytest.mark.parametrize(("away", "english", "chinese"), DISTANCES)
def test_how_far_off_h_is(house: House, away: timedelta, english: str, chinese: str) -> None:
    """Days and hours, on the last day hours and minutes, before and after, and the weekday, in both languages."""
    for lang, told, day in (("en", english, "Wed"), ("zh", chinese, "周三")):
        with house.app.test_request_context(f"/?lang={lang}"):
            assert (time_to(H, H - away), weekday(H)) == (told, day)
