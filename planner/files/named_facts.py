"""Facts of a row's `details` that papers print and tables give a column each: data for `columns.py` and `facts.py`."""

from collections.abc import Mapping
from typing import NamedTuple

from planner.files.fault import UnfitValue
from planner.files.limits import TEXT_LENGTH
from planner.files.text import text_faults


class NamedFact(NamedTuple):
    """A key of `details`, the headings of its column, what it means, other headings, and what an example row says."""

    key: str
    english: str
    chinese: str
    meaning: str
    meaning_zh: str
    also: tuple[str, ...]
    example: str = ""


def _phone(whose: str, whose_zh: str) -> NamedFact:
    return NamedFact("phone", "phone", "电话", f"Telephone number of the {whose}", f"{whose_zh}的联系电话",
                     ("联系电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "telephone", "phone number",
                      "mobile"), "555 0100")  # fmt: skip


NAMED_FACTS: Mapping[str, tuple[NamedFact, ...]] = {
    "agencies": (
        NamedFact("duty_desk", "duty office", "值班电话", "Telephone number of the agency's duty office",
                  "单位值班室电话", ("值班室电话", "值班室", "duty desk", "duty phone"), "555 0110"),
        NamedFact("liaison", "liaison", "联络员", "Liaison officer, with telephone number", "联络员姓名及电话",
                  ("联系人", "liaison officer")),
    ),
    "places": (
        _phone("place", "场所"),
        NamedFact("address", "address", "地址", "Address of the place", "场所的详细地址",
                  ("详细地址", "具体地址")),
    ),
    "officers": (
        _phone("officer", "民警"),
        NamedFact("badge", "badge", "警号", "Badge number", "民警的警号", ("badge number", "badge no"), "000001"),
        NamedFact("call_sign", "call sign", "呼号", "Radio call sign", "电台呼号", ("电台呼号", "radio call sign")),
    ),
    "sites": (
        NamedFact("building", "building", "楼栋", "Building or block", "楼栋", ("楼号", "block")),
        NamedFact("floor", "floor", "楼层", "Floor, and number of the flat", "楼层及房号", ("层数", "flat")),
        NamedFact("entrance", "entrance", "入口", "How the squad gets in", "由何处进入", ("单元", "进入口")),
        NamedFact("exits", "exits", "出口", "Ways out to be watched", "须控制的其他出口", ("后门", "其他出口")),
        NamedFact("dogs", "dogs", "犬只", "Dogs known to be there", "已知的犬只", ("养犬情况",)),
        NamedFact("children", "children", "儿童", "Children known to be there", "已知的儿童", ("未成年人",)),
        NamedFact("evidence", "evidence wanted", "需提取物证", "Evidence to be secured", "需要提取的物证",
                  ("物证", "evidence")),
        NamedFact("bring", "bring", "携带装备", "What the squad is to bring", "抓捕小组须携带的装备",
                  ("装备", "equipment")),
    ),
    "suspects": (
        NamedFact("alias", "alias", "别名", "Other names", "别名、绰号", ("绰号", "曾用名", "aliases")),
        NamedFact("description", "description", "体貌特征", "What the suspect looks like", "体貌特征",
                  ("特征", "外貌特征")),
        NamedFact("vehicle", "vehicle", "车辆", "Vehicle that the suspect uses, with its plate",
                  "嫌疑人使用的车辆及车牌", ("车牌", "车牌号", "使用车辆")),
        NamedFact("languages", "languages", "语言", "Languages that the suspect speaks", "嫌疑人使用的语言",
                  ("语种", "language")),
    ),
}  # fmt: skip
"""Table -> its named facts, in the order of their columns."""


def fact_column(key: str) -> str:
    """The name of the column of a fact: no field of a row is called so."""
    return f"details_{key}"


def refuse_fact(text: str) -> None:
    """Raises `UnfitValue` where a cell's text is too long or no text: `details`, unlike fields, may hold any."""
    if len(text) > TEXT_LENGTH.most:
        raise UnfitValue("too-long", number=len(text), most=TEXT_LENGTH.most)
    if (fault := next(text_faults([text]), None)) is not None:
        raise UnfitValue(fault.code)
