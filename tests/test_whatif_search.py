"""The search of the what-if desk: what means one row opens it."""

from urllib.parse import unquote

from tests.house import House
from tests.stored_plans import document, plan_document, stored
from tests.test_whatif_web import OFFICER, SITE, opened


def test_a_search_that_means_one_row_opens_it(house: House) -> None:
    """By its whole id, or as the only one found; many are listed."""
    client = house.client()
    desk = opened(client, stored(house, document("one-city"), plan_document("one-city")))
    for text, at in ((OFFICER, f"officers:{OFFICER}"), (SITE.lower(), f"sites:{SITE}")):
        answer = client.get(desk, query_string={"find": text})
        assert answer.status_code == 302 and unquote(answer.headers["Location"]).endswith(f"?at={at}#subject")
    assert client.get(desk, query_string={"find": "H00"}).status_code == 200
    assert client.get(desk, query_string={"find": "nobody"}).status_code == 200
