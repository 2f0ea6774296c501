"""The reader's language: found once for a request, and for each request anew."""

from typing import Any

import pytest
from werkzeug.datastructures import LanguageAccept

from tests.house import House


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
