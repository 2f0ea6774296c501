"""Every table that an office fills in, as data: its columns with headings, meaning and fixed words in both languages.

Reading, the template, the export and the pages of instructions are made from this one table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from planner.files.datums import DATUMS
from planner.files.fixed_words import CLOSED, FLAGS, KINDS, LEVELS, MAP_DATUMS, RISKS, SEXES, SKILLS, Words
from planner.files.named_facts import NAMED_FACTS, fact_column

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
    is_fact: bool = False  # one of the named facts of `details`: `planner/files/facts.py`
    is_secret: bool = False  # lists show its tail alone

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
    return Column("id", "id", "编号", "id",
               f"Unique reference of the {what}: letters, digits, signs; must stay the same "
                  "in every file", f"{what_zh}的唯一编号，各次导入保持不变", True, also=("代码", "编码"))  # fmt: skip


def _point() -> tuple[Column, ...]:
    return (
        Column("lat", "latitude", "纬度", "degrees", "Decimal degrees in the datum of this row or of the file; both "
               "empty: not yet known", "十进制度，按本行或本文件的坐标系；经纬度都空表示暂缺", also=("lat", "北纬",
                      "y")),
        Column("lon", "longitude", "经度", "degrees", "Decimal degrees", "十进制度", also=("lon", "lng", "东经", "x")),
        Column("datum", "datum", "坐标系", "choice",
               "Datum of the coordinates; empty: the datum chosen for the file. "
               "CGCS2000 is read as WGS-84", "坐标所属坐标系；空则按导入时所选；CGCS2000 按 WGS-84 处理",
               words=MAP_DATUMS, also=("坐标系统", "map datum")),
        Column("wgs84_lat", "WGS-84 latitude", "WGS-84纬度", "degrees",
               "Filled in by an export where the datum is not WGS-84: the same point in WGS-84. Correct latitude and "
               "longitude, not this column",
               "由导出填写：坐标系不是 WGS-84 时，同一点的 WGS-84 坐标；更正请改纬度、经度"),
        Column("wgs84_lon", "WGS-84 longitude", "WGS-84经度", "degrees", "As WGS-84 latitude", "同 WGS-84 纬度"),
    )  # fmt: skip


def _older_point() -> tuple[Column, ...]:
    return (
        Column("given_lat", "given latitude", "原始纬度", "degrees", "In older exports: the coordinate as supplied; "
               "latitude is WGS-84 there", "旧版导出：来文的原值；其纬度为 WGS-84", is_older=True),
        Column("given_lon", "given longitude", "原始经度", "degrees", "As given latitude", "同原始纬度", is_older=True),
    )  # fmt: skip


def _details() -> Column:
    return Column("details", "details", "附注",
               "object", 'Further facts, printed but not used in planning, as a JSON object: '
                  '{"lift": "none"}', '文书显示、规划不读取的说明，写成 JSON 对象：{"电梯": "无"}',
                  also=("备注信息",))  # fmt: skip


def _facts(table: str) -> tuple[Column, ...]:
    return tuple(
        Column(fact_column(f.key), f.english, f.chinese, "choice" if f.words else "text", f.meaning, f.meaning_zh,
               words=f.words, also=f.also, is_fact=True, is_secret=f.is_secret)
        for f in NAMED_FACTS[table]
    )  # fmt: skip


def _known(table: str) -> tuple[str, ...]:
    return tuple(fact.example for fact in NAMED_FACTS[table])


OPERATION = Table(
    "operation", "Operation", "行动",
    (
        Column("id", "id", "编号", "id", "Reference of the operation", "行动编号", True, also=("行动编号",)),
        Column("name", "name", "名称", "text", "Name of the operation", "行动名称", True, also=("行动名称",)),
        Column("h_hour", "H-hour", "统一收网时间", "instant",
               "Time of the raids with UTC offset, such as 2026-04-01 06:00 +08:00",
               "统一收网时间，含时区，如 2026-04-01 06:00 +08:00", True,
               also=("h", "H时", "行动时间", "统一行动时间")),
        Column("max_teams", "maximum teams", "抓捕组上限", "whole", "Maximum number of teams", "最多可编成多少个抓捕组",
               True, also=("max teams", "most teams", "行动组上限")),
        Column("details", "details", "附注", "object",
               'The time zone whose clocks all times show, and further facts, as a JSON object: '
               '{"zone": "Asia/Shanghai"}',
               '所有时间所用的时区及其他说明，写成 JSON 对象：{"zone": "Asia/Shanghai"}', also=("备注信息",)),
        *_facts("operation"),
    ),
    ("3-02", "3-02", "2026-04-01 06:00 +08:00", 11, "", *_known("operation")), ("head",),
)  # fmt: skip

AGENCIES = Table(
    "agencies", "Agencies", "单位",
    (
        _id("agency", "单位"),
        Column("name", "name", "名称", "text", "Name of the agency", "单位名称", True, also=("单位名称", "单位")),
        Column("level", "level", "层级", "choice", "Province, city or district", "省、市或区县", True, LEVELS,
               ("级别",)),
        Column("cities", "local in cities", "属地城市", "texts",
               "Cities in which the agency is the local police, separated by "
               "semicolons; empty for a province", "属地公安所在城市，以分号分隔；省厅留空", also=("cities", "城市")),
        _details(),
        *_facts("agencies"),
    ),
    ("C01", "成都市公安局", "city 市", "成都", "", *_known("agencies")), ("机构", "公安机关"),
)  # fmt: skip

PLACES = Table(
    "places", "Places", "场所",
    (
        _id("place", "场所"),
        Column("name", "name", "名称", "text", "Name of the place", "场所名称", True, also=("场所名称",)),
        Column("kind", "kind", "类型", "choice", "Base, assembly point or custody place", "驻地、集结点或办案中心",
               True, KINDS,
               ("类别", "场所类型")),
        Column("city", "city", "城市", "text", "City of the place", "所在城市", True, also=("所在城市",)),
        *_point(),
        Column("cells", "cells", "羁押位", "whole", "Custody place: number of cells", "办案中心羁押位数",
               also=("容量",)),
        Column("rooms", "interview rooms", "讯问室", "whole", "Custody place: number of interview rooms",
               "办案中心讯问室数量",
               also=("rooms", "讯问室数")),
        _details(),
        *_facts("places"),
        *_older_point(),
    ),
    ("B011", "东区分局", "base 驻地", "成都", 30.6586, 104.0647, "WGS-84", "", "", 0, 0, "",
     *_known("places")), ("驻点",),
)  # fmt: skip

OFFICERS = Table(
    "officers", "Officers", "警力",
    (
        _id("officer", "民警"),
        Column("name", "name", "姓名", "text", "Role and number, or name", "代号或姓名", True, also=("姓 名", "名字")),
        Column("agency", "agency", "单位编号", "id", "The id of the agency", "所属单位的编号", True,
               also=("单位", "所属单位", "机构", "agency id")),
        Column("base", "base", "驻地编号", "id", "The id of the place that the officer departs from",
               "出发驻地的编号", True,
               also=("驻地", "base id", "所在驻地")),
        Column("sex", "sex", "性别", "choice", "Woman or man", "女或男", True, SEXES, ("gender",)),
        Column("rank", "rank", "级别", "whole", "1 to 5; 3 may command a team, 2 may lead a squad, as doctrine says",
               "1 至 5；按用警标准，3 级可任组长，2 级可带队", True, also=("职级", "警衔级别")),
        Column("skills", "skills", "技能", "texts",
               "Separated by semicolons: entry, medic, forensics, interview "
               "or your own", "以分号分隔：破拆、救护、勘验、讯问或自定", words=SKILLS, also=("专长", "特长")),
        Column("team", "only team", "限定抓捕组", "id", "The only team that this officer may serve in; empty: any",
               "只可编入的抓捕组；空为不限", also=("team", "抓捕组", "行动组", "限定行动组")),
        Column("available_from", "available from", "可参加起始", "clock",
               "Minutes from H, or a clock time such as 2026-04-01 03:00 or 03:00; empty: −2880",
               "距统一收网（H）的分钟数，或时刻，如 2026-04-01 03:00、03:00；空为 −2880",
               also=("可用起", "可用起始", "起")),
        Column("available_to", "available until", "可参加截止", "clock",
               "Minutes from H, or a clock time; empty: 2880", "距统一收网（H）的分钟数，或时刻；空为 2880",
               also=("available to", "可用止", "可用截止", "止")),
        _details(),
        *_facts("officers"),
    ),
    ("P0001", "民警 0001", "C01", "B011", "F 女", 2, "entry; medic", "", "", "", "", *_known("officers")),
    ("人员", "民警", "警员", "officer"),
)  # fmt: skip

VEHICLES = Table(
    "vehicles", "Vehicles", "车辆",
    (
        _id("vehicle", "车辆"),
        Column("label", "label", "车辆名称", "text", "Plate or call sign", "车牌或名称", True, also=("车牌", "名称",
               "号牌", "车牌号")),
        Column("base", "base", "驻地编号", "id", "The id of the place where the vehicle is kept", "停放驻地的编号",
               True,
               also=("驻地", "base id")),
        Column("seats", "seats", "座位", "whole", "Seats, including the driver's", "座位数，含司机", True,
               also=("座位数", "核载")),
        Column("cells", "detainee places", "押解位", "whole", "Secure places for detainees in addition to the seats",
               "座位之外的押解位", also=("cells", "羁押位")),
        _details(),
    ),
    ("V001", "车 001", "B011", 5, 0, ""), ("车", "vehicle"),
)  # fmt: skip

SITES = Table(
    "sites", "Sites", "抓捕地点",
    (
        _id("site", "地点"),
        Column("address", "address", "地址", "text", "Full address", "详细地址", True, also=("住址", "详细地址",
               "具体地址")),
        Column("city", "city", "城市", "text", "City of the site", "所在城市", True, also=("所在城市",)),
        *_point(),
        Column("risk", "risk", "风险", "choice", "Low, medium or high", "低、中或高", True, RISKS, ("风险等级",
               "危险等级")),
        Column("exam", "examination", "需勘验", "flag", "Yes if a scene examination is needed",
               "需要现场勘验的填“是”",
               words=FLAGS, also=("exam", "勘验")),
        Column("needs", "further needs", "另需技能", "counts",
               "Skill and number in addition to doctrine: entry 2; medic 1",
               "用警标准之外另需的技能与人数：破拆 2；救护 1", words=SKILLS, also=("needs", "特殊需求")),
        Column("officers", "officers", "民警人数", "whole", "Replaces doctrine's squad size; empty: doctrine",
               "替代用警标准的人数；空则按用警标准", also=("人数", "警力人数")),
        Column("raid_minutes", "raid minutes", "抓捕分钟", "whole", "Replaces doctrine's figure; empty: doctrine",
               "替代用警标准的时长；空则按用警标准", also=("抓捕时长",)),
        Column("point_for", "point set for", "坐标所属地址", "text",
               "Filled in where the address was changed but not its point: the address for which the point was set. "
               "Enter the current address to confirm the point",
               "地址已改而坐标未改时由系统填写：坐标原属的地址；确认坐标无误时填本行地址"),
        Column("set_minutes", "set minutes", "到位提前分钟", "whole",
               "Minutes before the raid at which the squad is in position; empty: doctrine",
               "抓捕小组须提前多少分钟到位；空则按用警标准", also=("到位分钟",)),
        _details(),
        *_facts("sites"),
    ),
    ("S001", "成都东区某路 1 号", "成都", 30.66, 104.08, "GCJ-02", "", "", "high 高", "yes 是", "entry 1",
     "", "", "", "", "", *_known("sites")),
    ("地点", "目标地点", "site"),
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
        Column("priority", "priority", "优先级", "whole", "1 to 5, 5 is highest; empty: 1", "1 至 5，5 最高；空为 1",
               also=("重要程度",)),
        Column("warrant_number", "warrant number", "法律文书编号", "text", "Empty where there is none", "无则留空",
               also=("warrant", "法律文书号", "拘留证号", "文书号")),
        Column("warrant_expires", "warrant expires", "法律文书有效期至", "instant",
               "Date and time with UTC offset; a date alone counts until the end of that day",
               "到期时刻，含时区；只写日期则计至当日结束", also=("expires", "文书到期", "到期时间", "有效期至")),
        _details(),
        *_facts("suspects"),
    ),
    ("X001", "嫌疑人 001", "M 男", "1990-05-31", "S001", 3, "W-001", "2026-05-01 00:00 +08:00", "",
     *_known("suspects")),
    ("对象", "suspect"),
)  # fmt: skip

LINKS = Table(
    "links", "Links", "关联",
    (
        Column("a", "suspect a", "嫌疑人甲", "id", "One of two suspects who would warn each other",
               "可能互相通风报信者之一", True,
               also=("a", "甲")),
        Column("b", "suspect b", "嫌疑人乙", "id", "The other", "之二", True, also=("b", "乙")),
        Column("weight", "weight", "权重", "whole", "Importance of the link; empty: 1", "重要程度；空为 1"),
    ),
    ("X001", "X002", 2), ("关系", "link"),
)  # fmt: skip

ADDRESSES = Table(
    "addresses", "Further addresses", "其他住处",
    (
        Column("suspect", "suspect", "嫌疑人编号", "id", "The id of the suspect", "嫌疑人的编号", True,
               also=("嫌疑人",)),
        Column("site", "site", "地点编号", "id", "The id of a further site where the suspect may be",
               "嫌疑人也可能在的地点的编号", True, also=("地点",)),
        Column("chance", "chance", "可能性", "number", "Probability from 0 to 1; empty: 0", "0 至 1；空为 0",
               also=("概率",)),
    ),
    ("X001", "S001", 0.2), ("address", "其他地址"),
)  # fmt: skip

LEGS = Table(
    "legs", "Legs", "路段",
    (
        Column("from", "from", "起点", "id", "The id of a place or site", "场所或地点编号", True, also=("起点编号",)),
        Column("to", "to", "终点", "id", "The id of a place or site", "场所或地点编号", True, also=("终点编号",)),
        Column("minutes", "minutes", "分钟", "minutes", "Travel minutes in this direction, or closed",
               "单向行车分钟数，或填“封闭”", True,
               CLOSED, ("用时",)),
    ),
    ("B011", "S001", 25), ("路程", "leg"),
)  # fmt: skip

PINS = Table(
    "pins", "Commander's orders", "指挥员指定",
    (
        Column("officer", "officer", "民警编号", "id", "With site, not site, team or reserve",
               "与地点、不去地点、抓捕组或预备队合用",
               also=("民警", "警员")),
        Column("site", "site", "地点编号", "id", "With officer, team, start or skip",
               "与民警、抓捕组、开始或不抓合用", also=("地点",)),
        Column("not_site", "not at site", "不去地点", "id", "This officer takes no part in the raid there",
               "该民警不参加该地点的抓捕"),
        Column("team", "team", "抓捕组", "id", "This officer or site belongs to the team", "该民警或地点归此组",
               also=("行动组",)),
        Column("reserve", "reserve", "预备队", "flag", "Yes: this officer is held in reserve",
               "填“是”：该民警留作预备",
               words=FLAGS),
        Column("start", "start", "开始分钟", "whole", "Start of the raid in minutes from H",
               "抓捕开始时刻（距统一收网分钟数）",
               also=("开始",)),
        Column("skip", "skip", "不抓", "flag", "Yes: the site is not raided", "填“是”：不抓捕该地点", words=FLAGS),
        Column("together", "together", "同组地点", "texts",
               "Two sites to be raided by the same team, separated by a semicolon",
               "由同一抓捕组抓捕的两个地点，以分号分隔"),
    ),
    ("P0001", "S001", "", "", "", "", "", ""), ("指定", "固定", "固定安排", "pin"),
)  # fmt: skip

DOCTRINE = Table(
    "doctrine", "Doctrine", "用警标准",
    (
        Column("figure", "figure", "项目", "id", "Doctrine value", "用警标准项目", True, also=("数值名",)),
        Column("value", "value", "数值", "value", "Value for this operation; empty: unchanged", "本行动数值；空则不变",
               also=("值",)),
        Column("low", "low risk", "低风险", "value", "Where the value depends on risk", "随风险变化的数值",
               also=("low", "低")),
        Column("medium", "medium risk", "中风险", "value", "Where the value depends on risk", "随风险变化的数值",
               also=("medium", "中")),
        Column("high", "high risk", "高风险", "value", "Where the value depends on risk", "随风险变化的数值",
               also=("high", "高")),
        Column("default", "default", "默认值", "note", "Value used where none is given; not read",
               "未填时的数值；导入时不读取"),
        Column("meaning", "meaning", "含义", "note", "Meaning of the value; not read", "该项的含义；导入时不读取"),
    ),
    (), ("行动规范", "规则", "规则数值"),
)  # fmt: skip

TRAVEL_SHEET, TRAVEL_NAMES = "travel 行程分钟", ("travel", "行程分钟", "行程", "行程矩阵", "travel matrix", "matrix")
HELP_SHEET = "instructions 填写说明"
ROW_TABLES = (AGENCIES, PLACES, OFFICERS, VEHICLES, SITES, SUSPECTS, LINKS, LEGS, ADDRESSES, PINS)
ALL_TABLES = (OPERATION, *ROW_TABLES, DOCTRINE)
BY_NAME: Mapping[str, Table] = {table.name: table for table in ALL_TABLES}
