"""Names stand for ids, cities keep their spelling, and what can be read and is hardly meant is told."""

from typing import Any

from planner.files import dump_operation
from planner.importing import empty_document
from planner.travel_doubts import travel_doubts
from tests.operations import two_doors
from tests.sheets import OFFICER_HEADINGS, document, imported, told, workbook

OLD = document()
AGENCY, BASE, SITE = OLD["agencies"][0], OLD["officers"][0]["base"], OLD["sites"][0]
BASE_NAME = next(place["name"] for place in OLD["places"] if place["id"] == BASE)
SITES = ("编号", "地址", "城市", "纬度", "经度", "风险")


def officers(*rows: tuple[Any, ...], old: dict[str, Any] | None = None) -> Any:
    """The preview of officers over two doors."""
    return imported(workbook({"警力": [OFFICER_HEADINGS, *rows]}), "x.xlsx", old=old)


def test_unique_names_stand_for_their_ids() -> None:
    """Agency and base by name, also of the same file, are taken for their ids and told; the id of a row stays an id."""
    old = document()
    old["agencies"][0]["name"] = "成都市公安局"
    next(place for place in old["places"] if place["id"] == BASE)["name"] = "武侯分局"
    found = officers(("P9", "民警九", "成都市 公安局", "武侯分局", "女", 2, ""), old=old)
    assert found.faults == ()
    row = next(row for row in found.document["officers"] if row["id"] == "P9")
    assert (row["agency"], row["base"]) == (AGENCY["id"], BASE)
    assert [cell for cell, message in told(found.notices) if "was taken for" in message] == ["C2", "D2"]


def test_names_of_the_same_file_count() -> None:
    """An operation in one file may name agencies and places that stand on its other sheets."""
    sheets: dict[str, Any] = {
        "单位": [("编号", "名称", "级别", "属地城市"), ("C1", "市局", "市", "成都")],
        "场所": [("编号", "名称", "类型", "城市", "纬度", "经度"), ("B1", "总部", "驻地", "成都", 30.6, 104.0)],
        "警力": [OFFICER_HEADINGS, ("P1", "民警一", "市局", "总部", "女", 2, "")],
    }
    found = imported(workbook(sheets), "x.xlsx", old=empty_document())
    assert (found.document["officers"][0]["agency"], found.document["officers"][0]["base"]) == ("C1", "B1")
    assert found.unchanged["officers"] == 0


def test_a_name_of_several_and_one_nearly_right_propose_ids() -> None:
    """Where several are called so, the fault names them; where one nearly is, it proposes that."""
    old = document()
    old["agencies"].append(old["agencies"][0] | {"id": "C99"})
    for row in old["agencies"]:
        row["name"] = "公安分局"
    found = officers(("P9", "民警九", "公安分局", BASE, "女", 2, ""), old=old)
    said = dict(told(found.faults))["C2"]
    assert "several are called so: " in said
    assert all(row["id"] in said for row in old["agencies"])
    old["agencies"][0]["name"] = "成都市公安局"
    found = officers(("P9", "民警九", "成都公安局", BASE, "女", 2, ""), old=old)
    assert f'did you mean "{AGENCY["id"]}"?' in dict(told(found.faults))["C2"]


def site(city: str, key: str = "S99") -> Any:
    """The preview of one more site in a city."""
    old = document()
    old["places"] = [place | {"city": "绵阳"} for place in old["places"]]
    old["sites"] = [row | {"city": "绵阳"} for row in old["sites"]]
    row = (key, "某路 99 号", city, SITE["lat"], SITE["lon"], "低")
    return imported(workbook({"地点": [SITES, row]}), "x.xlsx", old=old)


def test_a_city_keeps_the_operations_spelling() -> None:
    """绵阳市 is 绵阳 and told; a wholly new city is a notice with those that are known."""
    found = site("绵阳市")
    assert found.document["sites"][-1]["city"] == "绵阳"
    assert ("C2", '"绵阳市" was taken for the city "绵阳"') in told(found.notices)
    new = site("乌鲁木齐")
    assert new.faults == ()
    assert any('"乌鲁木齐" is a new city; known are 绵阳' in message for _, message in told(new.notices))


def test_a_city_that_is_nearly_another_blocks() -> None:
    """A slip in a city's name is a fault that proposes the right one."""
    old = document()
    old["places"] = [place | {"city": "攀枝花"} for place in old["places"]]
    rows = [SITES, ("S99", "某路", "攀技花", SITE["lat"], SITE["lon"], "低")]
    found = imported(workbook({"地点": rows}), "x.xlsx", old=old)
    assert ("C2", 'unknown city "攀技花"; did you mean "攀枝花"?') in told(found.faults)


def test_cities_of_one_file_agree_with_its_places() -> None:
    """In an empty operation the places' spelling of a city is that of its sites too."""
    sheets: dict[str, Any] = {
        "场所": [("编号", "名称", "类型", "城市", "纬度", "经度"), ("B1", "总部", "驻地", "绵阳", 31.4, 104.7)],
        "地点": [SITES, ("S1", "甲路", "绵阳市", 31.4, 104.7, "低"), ("S2", "乙路", "绵阳市", 31.5, 104.7, "低")],
    }
    found = imported(workbook(sheets), "x.xlsx", old=empty_document())
    assert {row["city"] for row in found.document["sites"]} == {"绵阳"}


def test_another_person_under_a_known_id_is_warned_of() -> None:
    """An id under which another name and agency stand now is warned of with both; a new spelling alone is not."""
    was = OLD["officers"][0]
    old = document()
    old["agencies"].append(AGENCY | {"id": "C99", "name": "另一单位"})
    found = officers((was["id"], "民警丙", "C99", BASE, was["sex"], was["rank"], ""), old=old)
    said = [message for cell, message in told(found.warnings) if cell == "B2"]
    assert said == [f"{was['id']} was {was['name']} ({was['agency']}) and becomes 民警丙 (C99): another person?"]


def test_one_person_and_one_door_under_two_ids_are_warned_of() -> None:
    """Equal name and agency, equal name and day of birth, equal address in any spelling: each is told at its cell."""
    was, suspect = OLD["officers"][0], OLD["suspects"][0]
    heads = ("编号", "姓名", "性别", "出生日期", "地点编号")
    sheets: dict[str, Any] = {
        "警力": [OFFICER_HEADINGS, ("P99", was["name"], was["agency"], BASE, "女", 2, "")],
        "嫌疑人": [heads, ("X99", suspect["name"], "男", suspect["born"], SITE["id"])],
        "地点": [SITES, ("S99", f" {SITE['address']}", SITE["city"], SITE["lat"], SITE["lon"], "低")],
    }
    said = [message for _, message in told(imported(workbook(sheets), "x.xlsx").warnings)]
    assert f"is called as {was['id']} of the same agency is: one person twice?" in said
    assert f"is called as {suspect['id']}, born on the same day: one person twice?" in said
    assert f"has the address of {SITE['id']}: one door twice?" in said


def test_self_links_and_skills_that_nobody_asks_for_are_told() -> None:
    """A link of a suspect with itself and a skill that neither doctrine nor a site asks for are warned of."""
    suspect = OLD["suspects"][0]["id"]
    links = imported(workbook({"关联": [("嫌疑人甲", "嫌疑人乙"), (suspect, suspect)]}), "x.xlsx")
    assert f"links {suspect} with itself" in [message for _, message in told(links.warnings)]
    found = officers(
        ("P98", "甲", AGENCY["id"], BASE, "女", 2, "射击"), ("P99", "乙", AGENCY["id"], BASE, "女", 2, "射击")
    )
    said = '"射击" is a skill that neither doctrine nor a site asks for (2 officers)'
    assert ("G2", said) in told(found.warnings)


def matrix(figure: Any) -> Any:
    """The preview of a matrix of one figure between a place in town and doors elsewhere."""
    old = document()
    old["sites"] = [row | {"lat": SITE["lat"] + 0.2} for row in old["sites"]]
    ids = [row["id"] for row in (*old["places"][:1], *old["sites"])]
    rows = [["", *ids], *([one, *(0 if one == other else figure for other in ids)] for one in ids)]
    return imported(workbook({"travel": rows}), "x.xlsx", old=old)


def test_a_matrix_in_seconds_or_metres_or_of_zeros_is_told() -> None:
    """The ratio to the great circle tells the unit; zeros between points that are apart are counted."""
    said = {figure: " ".join(m for _, m in told(matrix(figure).warnings)) for figure in (45, 2700, 30_000, 0)}
    assert said[45] == ""
    assert "are they seconds?" in said[2700]
    assert "are they metres?" in said[30_000]
    assert "ways of 0 minutes lead between points that are apart" in said[0]


def test_the_examples_own_minutes_are_not_doubted() -> None:
    """An operation without legs or matrix has nothing to doubt."""
    assert travel_doubts(dump_operation(two_doors())).unit == ""
