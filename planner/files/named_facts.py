"""Facts of a row's `details` that papers print and tables give a column each: data for `columns.py` and `facts.py`."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from planner.files.fault import UnfitValue
from planner.files.limits import TEXT_LENGTH
from planner.files.text import text_faults


class NamedFact(NamedTuple):
    """A key of `details`, the headings of its column, what it means, other headings, and what an example row says.

    `words`: the only ones that it takes, each with others that mean it; `names_people`: a copy without people has none.
    """

    key: str
    english: str
    chinese: str
    meaning: str
    meaning_zh: str
    also: tuple[str, ...]
    example: str = ""
    words: Mapping[str, tuple[str, ...]] | None = None
    names_people: bool = False
    is_secret: bool = False  # documents and lists show its tail alone


def _phone(whose: str, whose_zh: str) -> NamedFact:
    return NamedFact("phone", "phone", "电话", f"Telephone number of the {whose}", f"{whose_zh}的联系电话",
                     ("联系电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "telephone", "phone number",
                      "mobile"), "555 0100")  # fmt: skip


ORDER_FORMS: Mapping[str, tuple[str, ...]] = {
    "smeac": ("五段式 SMEAC",),
    "iimarch": ("七段式 IIMARCH",),
    "plan": ("行动方案",),
}
"""The rules of form of an operation order, by whose headings it is set; without one: "smeac"."""
ORDER_FORM = "order_form"

NAMED_FACTS: Mapping[str, tuple[NamedFact, ...]] = {
    "operation": (
        NamedFact("hospital", "hospitals", "救治医院", "Hospitals with address and telephone number, separated by "
                  "semicolons", "救治医院及其地址、电话，以分号分隔", ("医院", "hospital", "定点医院")),
        NamedFact("ambulance", "ambulance", "急救", "Ambulance, or how it is called", "急救车辆或呼叫方式",
                  ("救护车", "急救电话")),
        NamedFact("radio_nets", "radio channels", "通信频道", "Radio channels and who uses them, separated by "
                  "semicolons", "各频道及使用单位，以分号分隔", ("电台频道", "频道", "radio nets", "radio channel")),
        NamedFact("command_post", "command post", "指挥部", "Command post, with telephone number", "指挥部地点及电话",
                  ("指挥所",)),
        NamedFact("commander", "commander", "指挥员", "Commander of the operation, with telephone number",
                  "行动指挥员姓名及电话", ("总指挥",), names_people=True),
        NamedFact("deputy", "deputy", "副指挥员", "Deputy commander, with telephone number", "副指挥员姓名及电话",
                  ("副总指挥", "deputy commander"), names_people=True),
        NamedFact("abort_word", "abort word", "中止口令", "Word at which everybody stops", "听到即停止行动的口令", ()),
        NamedFact("marking", "marking", "密级", "Security marking of every page", "每页所印的密级标识",
                  ("密级标识", "classification")),
        NamedFact("distribution", "distribution", "印发范围", "Who gets the operation order", "行动命令发给哪些单位",
                  ("分发范围",)),
        NamedFact("destroy_by", "destroy by", "保密期限", "When documents are to be returned or destroyed",
                  "文书应于何时前收回或销毁", ("销毁期限", "收回期限")),
        NamedFact(ORDER_FORM, "order form", "命令格式", "Headings of the operation order; empty: SMEAC",
                  "行动命令采用的格式；空则为 SMEAC", (), words=ORDER_FORMS),
    ),
    "agencies": (
        NamedFact("duty_desk", "duty office", "值班电话", "Telephone number of the agency's duty office",
                  "单位值班室电话", ("值班室电话", "值班室", "duty desk", "duty phone"), "555 0110"),
        NamedFact("liaison", "liaison", "联络员", "Liaison officer, with telephone number", "联络员姓名及电话",
                  ("联系人", "liaison officer"), names_people=True),
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
        NamedFact("hazards", "hazards", "危险因素", "What may harm the squad: weapons, gas, height",
                  "武器、燃气、高处等危险", ("风险因素", "危险", "hazard")),
        NamedFact("children", "children", "儿童", "Children known to be there", "已知的儿童", ("未成年人",)),
        NamedFact("others", "others known", "其他在场人员", "Others known to live or be there",
                  "已知同住或在场的其他人员", ("同住人员", "others", "other people")),
        NamedFact("evidence", "evidence wanted", "需提取物证", "Evidence to be secured", "需要提取的物证",
                  ("物证", "evidence")),
        NamedFact("bring", "bring", "携带装备", "What the squad is to bring", "抓捕小组须携带的装备",
                  ("装备", "equipment")),
    ),
    "suspects": (
        NamedFact("identity", "identity number", "身份证号", "Number of the identity document; documents show its last "
                  "four characters alone", "身份证件号码；文书只印末四位",
                  ("身份证号码", "身份证", "证件号码", "identity", "id number", "identity card"), is_secret=True),
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


SECRETS = frozenset(fact.key for named in NAMED_FACTS.values() for fact in named if fact.is_secret)
UNLISTED = "pictures"  # planner/pictures.py: nothing that a cell tells or takes
LAW = "law"  # planner/files/law_details.py: edited on a page of its own, not in a cell
TAIL, LEAST = 4, 8  # characters that are shown; of a shorter text they would be too much of it


def tail_of(value: Any) -> str:
    """What documents and lists show of a secret fact: "…1234"; of a short one its presence alone, of none nothing."""
    text = "" if value is None else str(value).strip()
    return f"…{text[-TAIL:] if len(text) >= LEAST else ''}" if text else ""


def concealed(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row as it is listed: of each secret fact within its `details` the tail alone, and no pictures."""
    details = row.get("details")
    if not isinstance(details, dict) or not {*SECRETS, UNLISTED} & details.keys():
        return row
    listed = {key: value for key, value in details.items() if key != UNLISTED}
    return {**row, "details": {key: tail_of(value) if key in SECRETS else value for key, value in listed.items()}}


def in_cells(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row as a register's cells tell it: concealed, and without its law, which has a page of its own."""
    row = concealed(row)
    details = row.get("details")
    if not isinstance(details, dict) or LAW not in details:
        return row
    return {**row, "details": {key: value for key, value in details.items() if key != LAW}}


def revealed(row: Mapping[str, Any], kept: Mapping[str, Any] | None) -> dict[str, Any]:
    """A listed row with what the list does not tell as it is in the row that is kept: secret facts, pictures, law.

    Pictures and secrets are never taken from a list; a law that somebody has typed or pasted is, and is checked like
    any other.
    """
    given = row.get("details", {})
    typed = {LAW} & given.keys() if isinstance(given, dict) else set()
    hidden = {*SECRETS, UNLISTED, LAW} - typed
    own = {key: value for key, value in given.items() if key not in hidden} if isinstance(given, dict) else {}
    held = (kept or {}).get("details", {})
    own |= {key: held[key] for key in held if key in hidden}
    rest = {key: value for key, value in row.items() if key != "details"}
    return rest | ({"details": own} if own or "details" in row else {})


def refuse_fact(text: str) -> None:
    """Raises `UnfitValue` where a cell's text is too long or no text: `details`, unlike fields, may hold any."""
    if len(text) > TEXT_LENGTH.most:
        raise UnfitValue("too-long", number=len(text), most=TEXT_LENGTH.most)
    if (fault := next(text_faults([text]), None)) is not None:
        raise UnfitValue(fault.code)
