"""Every table that an office fills in, as data: its columns with headings, meaning and fixed words in both languages.

Reading, the template, the export and the pages of instructions are made from this one table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from planner.files.datums import DATUMS

Kind = Literal[
    "id",
    "text",
    "whole",
    "number",
    "degrees",
    "choice",
    "flag",
    "texts",
    "counts",
    "instant",
    "day",
    "minutes",
    "clock",
    "value",
    "object",
    "note",
]
Words = Mapping[str, tuple[str, ...]]  # the word of the file format -> its Chinese, then others that are understood

SEXES: Words = {"F": ("女", "female", "woman", "女性"), "M": ("男", "male", "man", "男性")}
RISKS: Words = {"low": ("低", "低风险"), "medium": ("中", "中风险", "mid"), "high": ("高", "高风险")}
LEVELS: Words = {
    "province": ("省", "省级", "省厅"),
    "city": ("市", "市级", "市局"),
    "district": ("区", "区级", "区县", "县", "县级", "分局"),
}
KINDS: Words = {
    "base": ("驻地", "基地"),
    "assembly": ("集结点", "集合点", "assembly point"),
    "custody": ("羁押点", "羁押场所", "看守所", "custody place"),
}
FLAGS: Words = {
    "yes": ("是", "y", "true", "1", "√", "需要", "有"),
    "no": ("否", "n", "false", "0", "×", "不需要", "无"),
}
CLOSED: Words = {"closed": ("封闭", "关闭", "不通")}
MAP_DATUMS: Words = {
    "WGS-84": ("wgs84", "gps"),
    "GCJ-02": ("火星坐标", "gcj02", "高德", "腾讯", "amap"),
    "BD-09": ("百度", "bd09", "百度坐标", "baidu"),
    "CGCS2000": ("国家2000", "2000国家大地坐标系", "天地图", "cgcs"),
}
SKILLS: Words = {
    "entry": ("破门", "突入", "突击"),
    "medic": ("医护", "急救", "医疗", "救护"),
    "forensics": ("勘验", "取证", "痕检", "勘查", "现场勘验"),
    "interview": ("讯问", "审讯"),
}


@dataclass(frozen=True)
class Column:
    """A column: the field that it fills, its headings, what it means, and which words it takes."""

    name: str
    english: str
    chinese: str
    kind: Kind
    meaning: str
    meaning_zh: str
    required: bool = False
    words: Words | None = None
    also: tuple[str, ...] = ()
    is_older: bool = False  # read in files of earlier versions; no longer written or shown

    @property
    def heading(self) -> str:
        """The heading in both languages, as sheets bear it."""
        return f"{self.english}\n{self.chinese}"

    @property
    def listed(self) -> tuple[str, ...]:
        """The fixed words as a drop-down offers them, each with its Chinese."""
        return tuple(word if word in DATUMS else f"{word} {also[0]}" for word, also in (self.words or {}).items())


@dataclass(frozen=True)
class Table:
    """A table: its sheet's names and its columns; `example` is the row that a template shows."""

    name: str
    english: str
    chinese: str
    columns: tuple[Column, ...]
    example: tuple[str | int | float, ...]
    also: tuple[str, ...] = ()

    @property
    def sheet(self) -> str:
        """The name of its sheet."""
        return f"{self.name} {self.chinese}"

    @property
    def current(self) -> tuple[Column, ...]:
        """The columns that are written and shown."""
        return tuple(column for column in self.columns if not column.is_older)

    def column(self, name: str) -> Column | None:
        """The column of a field, if there is one."""
        return next((column for column in self.columns if column.name == name), None)


def _id(what: str, what_zh: str) -> Column:
    return Column("id", "id", "编号", "id", f"Tells the {what} apart: letters, digits, signs; stays the same from "
                  "file to file", f"{what_zh}的唯一编号，各次导入保持不变", True, also=("代码", "编码"))  # fmt: skip


def _point() -> tuple[Column, ...]:
    return (
        Column("lat", "latitude", "纬度", "degrees", "Decimal degrees in the datum of this row or of the file; both "
               "empty: not known yet", "十进制度，按本行或本文件的坐标系；经纬度都空表示暂缺", also=("lat", "北纬",
                      "y")),
        Column("lon", "longitude", "经度", "degrees", "Decimal degrees", "十进制度", also=("lon", "lng", "东经", "x")),
        Column("datum", "datum", "坐标系", "choice",
               "What the coordinates refer to; empty: what was chosen for the file. "
               "CGCS2000 is taken as WGS-84", "坐标所属坐标系；空则按导入时所选；CGCS2000 按 WGS-84 处理",
               words=MAP_DATUMS, also=("坐标系统", "map datum")),
        Column("wgs84_lat", "WGS-84 latitude", "WGS-84纬度", "degrees",
               "Filled in by an export where the datum is another one: the same point in WGS-84. Correct latitude and "
               "longitude, not this", "由导出填写：坐标系不是 WGS-84 时，同一点的 WGS-84 坐标；更正请改纬度、经度"),
        Column("wgs84_lon", "WGS-84 longitude", "WGS-84经度", "degrees", "As WGS-84 latitude", "同 WGS-84 纬度"),
    )  # fmt: skip


def _older_point() -> tuple[Column, ...]:
    return (
        Column("given_lat", "given latitude", "原始纬度", "degrees", "Of an older export: what an office gave; "
               "latitude is WGS-84 there", "旧版导出：来文的原值；其纬度为 WGS-84", is_older=True),
        Column("given_lon", "given longitude", "原始经度", "degrees", "As given latitude", "同原始纬度", is_older=True),
    )  # fmt: skip


def _details() -> Column:
    return Column("details", "details", "附注", "object", 'Facts that papers show and no rule reads, as a JSON object: '
                  '{"phone": "555 0100"}', '各类单据显示、规则不读取的说明，写成 JSON 对象：{"电话": "555 0100"}',
                  also=("备注信息",))  # fmt: skip


OPERATION = Table(
    "operation", "Operation", "行动",
    (
        Column("id", "id", "编号", "id", "Names the operation", "行动编号", True, also=("行动编号",)),
        Column("name", "name", "名称", "text", "What people call it", "行动名称", True, also=("行动名称",)),
        Column("h_hour", "H-hour", "H时", "instant", "The strike hour with its offset, such as 2026-04-01 06:00 +08:00",
               "统一行动时刻，含时区，如 2026-04-01 06:00 +08:00", True, also=("h", "行动时间", "统一行动时间")),
        Column("max_teams", "most teams", "行动组上限", "whole", "How many teams there may be at most",
               "最多可编成多少个行动组",
               True, also=("max teams",)),
        _details(),
    ),
    ("3-02", "3-02", "2026-04-01 06:00 +08:00", 11, ""), ("head",),
)  # fmt: skip

AGENCIES = Table(
    "agencies", "Agencies", "单位",
    (
        _id("agency", "单位"),
        Column("name", "name", "名称", "text", "The agency's name", "单位名称", True, also=("单位名称", "单位")),
        Column("level", "level", "级别", "choice", "Province, city or district", "省、市或区县", True, LEVELS,
               ("层级",)),
        Column("cities", "local in cities", "属地城市", "texts",
               "The cities in which it is the local police, separated by "
               "semicolons; empty for a province", "属地公安所在城市，以分号分隔；省厅留空", also=("cities", "城市")),
        _details(),
    ),
    ("C01", "成都市公安局", "city 市", "成都", ""), ("机构", "公安机关"),
)  # fmt: skip

PLACES = Table(
    "places", "Places", "场所",
    (
        _id("place", "场所"),
        Column("name", "name", "名称", "text", "What the place is called", "场所名称", True, also=("场所名称",)),
        Column("kind", "kind", "类型", "choice", "Base, assembly point or custody place", "驻地、集结点或羁押点",
               True, KINDS,
               ("类别", "场所类型")),
        Column("city", "city", "城市", "text", "The city that it lies in", "所在城市", True, also=("所在城市",)),
        *_point(),
        Column("cells", "cells", "羁押位", "whole", "Custody: how many detainees it holds", "羁押点可容纳人数",
               also=("容量",)),
        Column("rooms", "interview rooms", "讯问室", "whole", "Custody: rooms for interviews", "羁押点讯问室数量",
               also=("rooms", "讯问室数")),
        _details(),
        *_older_point(),
    ),
    ("B011", "东区分局", "base 驻地", "成都", 30.6586, 104.0647, "WGS-84", "", "", 0, 0, ""), ("驻点",),
)  # fmt: skip

OFFICERS = Table(
    "officers", "Officers", "警力",
    (
        _id("officer", "民警"),
        Column("name", "name", "姓名", "text", "Role and number, or name", "代号或姓名", True, also=("姓 名", "名字")),
        Column("agency", "agency", "单位编号", "id", "The id of the agency", "所属单位的编号", True,
               also=("单位", "所属单位", "机构", "agency id")),
        Column("base", "base", "驻地编号", "id", "The id of the place that the officer sets out from",
               "出发驻地的编号", True,
               also=("驻地", "base id", "所在驻地")),
        Column("sex", "sex", "性别", "choice", "Woman or man", "女或男", True, SEXES, ("gender",)),
        Column("rank", "rank", "级别", "whole", "1 to 5; 3 may command a team, 2 may lead a squad, as doctrine says",
               "1 至 5；按规则 3 级可任指挥、2 级可带队", True, also=("职级", "警衔级别")),
        Column("skills", "skills", "技能", "texts",
               "Words separated by semicolons: entry, medic, forensics, interview, "
               "or your own", "以分号分隔：破门、医护、勘验、讯问或自定", words=SKILLS, also=("专长", "特长")),
        Column("team", "only team", "限定行动组", "id", "The only team that this officer may serve in; empty: any",
               "只可编入的行动组；空为不限", also=("team", "行动组")),
        Column("available_from", "available from", "可用起", "clock",
               "Minutes from H, or a clock time such as 2026-04-01 03:00 or 03:00; empty: −2880",
               "相对 H 的分钟数，或时刻，如 2026-04-01 03:00、03:00；空为 −2880",
               also=("可用起始", "起")),
        Column("available_to", "available to", "可用止", "clock",
               "Minutes from H, or a clock time; empty: 2880", "相对 H 的分钟数，或时刻；空为 2880",
               also=("可用截止", "止")),
        _details(),
    ),
    ("P0001", "民警 0001", "C01", "B011", "F 女", 2, "entry; medic", "", "", "", ""),
    ("人员", "民警", "警员", "officer"),
)  # fmt: skip

VEHICLES = Table(
    "vehicles", "Vehicles", "车辆",
    (
        _id("vehicle", "车辆"),
        Column("label", "label", "车辆名称", "text", "Plate or name", "车牌或名称", True, also=("车牌", "名称",
               "号牌", "车牌号")),
        Column("base", "base", "驻地编号", "id", "The id of the place where it stands", "停放驻地的编号", True,
               also=("驻地", "base id")),
        Column("seats", "seats", "座位", "whole", "Seats, the driver's among them", "座位数，含司机", True,
               also=("座位数", "核载")),
        Column("cells", "cells", "羁押位", "whole", "Secure places for detainees beside the seats", "座位之外的押解位",
               also=("押解位",)),
        _details(),
    ),
    ("V001", "车 001", "B011", 5, 0, ""), ("车", "vehicle"),
)  # fmt: skip

SITES = Table(
    "sites", "Sites", "目标地点",
    (
        _id("site", "地点"),
        Column("address", "address", "地址", "text", "The door", "具体地址", True, also=("住址", "详细地址")),
        Column("city", "city", "城市", "text", "The city that it lies in", "所在城市", True, also=("所在城市",)),
        *_point(),
        Column("risk", "risk", "风险", "choice", "Low, medium or high", "低、中或高", True, RISKS, ("风险等级",
               "危险等级")),
        Column("exam", "examination", "需勘验", "flag", "Yes where a forensic examination is needed",
               "需要现场勘验填是",
               words=FLAGS, also=("exam", "勘验")),
        Column("needs", "further needs", "另需技能", "counts", "Skill and number on top of doctrine: entry 2; medic 1",
               "规则之外另需的技能与人数：破门 2；医护 1", words=SKILLS, also=("needs", "特殊需求")),
        Column("officers", "officers", "警力人数", "whole", "Replaces doctrine's squad size; empty: doctrine",
               "替代规则人数；空按规则", also=("人数",)),
        Column("raid_minutes", "raid minutes", "抓捕分钟", "whole", "Replaces doctrine's figure; empty: doctrine",
               "替代规则时长；空按规则", also=("抓捕时长",)),
        Column("point_for", "point set for", "坐标所属地址", "text",
               "Filled in where the address was changed and its point was not: the address that the point was set for. "
               "Put the address itself to confirm the point",
               "地址已改而坐标未改时由系统填写：坐标原属的地址；确认坐标无误时填本行地址"),
        Column("set_minutes", "set minutes", "到位提前分钟", "whole",
               "How long before the raid the squad is at the door; empty: doctrine",
               "抓捕小组须提前多少分钟到位；空按规则", also=("到位分钟",)),
        _details(),
    ),
    ("S001", "成都东区某路 1 号", "成都", 30.66, 104.08, "GCJ-02", "", "", "high 高", "yes 是", "entry 1",
     "", "", "", "", ""),
    ("地点", "抓捕地点", "site"),
)  # fmt: skip

SUSPECTS = Table(
    "suspects", "Suspects", "嫌疑人",
    (
        _id("suspect", "嫌疑人"),
        Column("name", "name", "姓名", "text", "Name or number", "姓名或代号", True, also=("姓 名",)),
        Column("sex", "sex", "性别", "choice", "Woman or man", "女或男", True, SEXES, ("gender",)),
        Column("born", "born", "出生日期", "day", "Day of birth, such as 1990-05-31", "如 1990-05-31", True,
               also=("出生", "生日", "出生年月日", "date of birth")),
        Column("site", "site", "地点编号", "id", "The id of the site", "所在地点的编号", True, also=("地点",
               "site id")),
        Column("priority", "priority", "优先级", "whole", "1 to 5, 5 weighs most; empty: 1", "1 至 5，5 最高；空为 1",
               also=("重要程度",)),
        Column("warrant_number", "warrant number", "法律文书号", "text", "Empty where there is none", "无则留空",
               also=("warrant", "拘留证号", "文书号")),
        Column("warrant_expires", "warrant expires", "文书到期", "instant",
               "Date and time with offset; a day alone counts to its end",
               "到期时刻，含时区；只写日期则计至当日结束", also=("expires", "到期时间", "有效期至")),
        _details(),
    ),
    ("X001", "嫌疑人 001", "M 男", "1990-05-31", "S001", 3, "W-001", "2026-05-01 00:00 +08:00", ""),
    ("对象", "suspect"),
)  # fmt: skip

LINKS = Table(
    "links", "Links", "关联",
    (
        Column("a", "suspect a", "嫌疑人甲", "id", "One who would warn the other", "会互相通风报信者之一", True,
               also=("a", "甲")),
        Column("b", "suspect b", "嫌疑人乙", "id", "The other", "之二", True, also=("b", "乙")),
        Column("weight", "weight", "权重", "whole", "How much it matters; empty: 1", "重要程度；空为 1"),
    ),
    ("X001", "X002", 2), ("关系", "link"),
)  # fmt: skip

ADDRESSES = Table(
    "addresses", "Further addresses", "其他住处",
    (
        Column("suspect", "suspect", "嫌疑人编号", "id", "The id of the suspect", "嫌疑人的编号", True,
               also=("嫌疑人",)),
        Column("site", "site", "地点编号", "id", "The id of a site where the suspect may be instead",
               "嫌疑人也可能在的地点的编号", True, also=("地点",)),
        Column("chance", "chance", "可能性", "number", "From 0 to 1; empty: 0", "0 至 1；空为 0", also=("概率",)),
    ),
    ("X001", "S001", 0.2), ("address", "其他地址"),
)  # fmt: skip

LEGS = Table(
    "legs", "Legs", "路段",
    (
        Column("from", "from", "起点", "id", "The id of a place or site", "场所或地点编号", True, also=("起点编号",)),
        Column("to", "to", "终点", "id", "The id of a place or site", "场所或地点编号", True, also=("终点编号",)),
        Column("minutes", "minutes", "分钟", "minutes", "Minutes of this direction, or closed",
               "单向分钟数，或填封闭", True,
               CLOSED, ("用时",)),
    ),
    ("B011", "S001", 25), ("路程", "leg"),
)  # fmt: skip

PINS = Table(
    "pins", "Pins", "指定",
    (
        Column("officer", "officer", "民警编号", "id", "With site, not site, team or reserve",
               "与地点、不去地点、行动组或预备队合用",
               also=("民警", "警员")),
        Column("site", "site", "地点编号", "id", "With officer, team, start or skip",
               "与民警、行动组、开始或不抓合用", also=("地点",)),
        Column("not_site", "not at site", "不去地点", "id", "This officer does not go there", "该民警不去此地"),
        Column("team", "team", "行动组", "id", "This officer or site belongs to the team", "该民警或地点归此组"),
        Column("reserve", "reserve", "预备队", "flag", "Yes: this officer has no part in the plan",
               "填是：该民警不参加",
               words=FLAGS),
        Column("start", "start", "开始分钟", "whole", "The raid starts at this minute from H",
               "抓捕在此刻开始（相对 H 分钟）",
               also=("开始",)),
        Column("skip", "skip", "不抓", "flag", "Yes: the site is not raided", "填是：不抓捕此地", words=FLAGS),
        Column("together", "together", "同组地点", "texts", "Two sites that one team raids, separated by a semicolon",
               "由同一组抓捕的两个地点，以分号分隔"),
    ),
    ("P0001", "S001", "", "", "", "", "", ""), ("固定", "固定安排", "pin"),
)  # fmt: skip

DOCTRINE = Table(
    "doctrine", "Doctrine", "行动规范",
    (
        Column("figure", "figure", "项目", "id", "Which figure of doctrine", "规则项目", True, also=("数值名",)),
        Column("value", "value", "数值", "value", "Your figure; empty: stays as it is", "本行动数值；空则不变",
               also=("值",)),
        Column("low", "low risk", "低风险", "value", "Where the figure depends on risk", "随风险变化的数值",
               also=("low", "低")),
        Column("medium", "medium risk", "中风险", "value", "Where the figure depends on risk", "随风险变化的数值",
               also=("medium", "中")),
        Column("high", "high risk", "高风险", "value", "Where the figure depends on risk", "随风险变化的数值",
               also=("high", "高")),
        Column("default", "default", "默认值", "note", "What holds where you give no figure; not read",
               "未填时的数值；导入时不读取"),
        Column("meaning", "meaning", "含义", "note", "What the figure says; not read", "该项的含义；导入时不读取"),
    ),
    (), ("规则", "规则数值"),
)  # fmt: skip

TRAVEL_SHEET, TRAVEL_NAMES = "travel 行程分钟", ("travel", "行程分钟", "行程", "行程矩阵", "travel matrix", "matrix")
HELP_SHEET = "instructions 填写说明"
ROW_TABLES = (AGENCIES, PLACES, OFFICERS, VEHICLES, SITES, SUSPECTS, LINKS, LEGS, ADDRESSES, PINS)
ALL_TABLES = (OPERATION, *ROW_TABLES, DOCTRINE)
BY_NAME: Mapping[str, Table] = {table.name: table for table in ALL_TABLES}
