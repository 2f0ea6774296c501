"""One glossary rules both languages: its words are the ones used, and words that mislead occur nowhere."""

import re
from pathlib import Path

import pytest

from planner.files.columns import ALL_TABLES
from tests.test_words import catalogue

ROOT = Path(__file__).parents[1]
TEMPLATE_CALL = re.compile(r"""\bt\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
ROW = re.compile(r"^\| ([^|]+) \| ([^|]*[一-鿿][^|]*) \|", re.M)

WRONG_CHINESE = {
    "行动组": "a team is 抓捕组",
    "抓捕小队": "a squad is 抓捕小组",
    "班组": "a squad is 抓捕小组",
    "羁押点": "a custody place is 办案中心",
    "在押": "held in a 看守所; at the address it is 已到案",
    "入押": "it is 移交办案中心",
    "拘留证": "one kind of 法律文书 among several",
    "被拘留": "nobody is under 拘留 yet: 被抓获人员",
    "交底": "a builders' word: 任务部署",
    "破门": "the skill is 破拆",
    "医护": "the skill is 救护",
    "突击": "military: 统一收网",
    "目标门": "an address is 地点",
    "未开之门": "an address is 地点",
    "此门": "an address is 地点",
    "走错门": "an address is 地点",
    "目标地点": "an address is 抓捕地点",
    "警官证": "of the armed police: 人民警察证",
    "走漏": "sounds as if we leaked: 惊动（通风报信）风险",
    "代价": "cost is 综合成本",
    "未抓": "not covered is 未列入抓捕",
    "固定安排": "a commander's order is 指挥员指定",
    "行动规范": "doctrine is 用警标准",
    "规则数值": "doctrine is 用警标准",
    "囚": "for convicts: 羁押位, 押解位",
    "推演台": "a scenario is 推演",
    "收起": "a scenario is closed: 关闭",
    "取出": "a scenario is reopened: 重新打开",
    "变更命令": "a change order is 任务变更通知",
    "勘查": "an examination is 现场勘验",
    "取证": "an examination is 现场勘验",
    "送押": "it is 押解 and 移交",
    "押送": "it is 押解",
    "接押": "it is 交接",
    "接人": "it is 交接",
    "份号": "it is 份数编号",
    "永久结束": "an operation is closed by 办结归档",
    "属地警方": "it is 属地公安机关",
    "本地民警": "it is 属地民警",
    "询问时": "suspects are 讯问, witnesses 询问",
    "H 时": "the hour H is 统一收网时间",
}
WRONG_ENGLISH = {
    r"\bdoors?\b": "an address is raided, not a door",
    r"\bmend(ed|s)?\b": "errors are corrected",
    r"\btold\b": "people are briefed or notified",
    r"\bput away\b": "a scenario is closed",
    r"\bfor good\b": "say what follows",
    r"\bstay shut\b|\bstays shut\b": "an address is not raided",
    r"\bmissed\b(?! addresses)": "suspects are not covered",
    r"\bpins?\b": "they are the commander's orders",
    r"\bcut short\b": "a search stops early",
    r"\bteams at most\b": "maximum teams",
    r"\bdesk\b": "it is a scenario",
    r"\bmeanwhile\b": "in the meantime, since",
    r"\bpapers?\b": "they are documents",
    r"\bat the latest\b": "latest",
    r"\bwhoever\b": "say who",
    r"\bnobody is\b": "say it actively",
    r"\brules broken\b": "rules are violated, or pass",
}
# Sentences on faults of files name the keys of the file format.
OF_FAULTS = re.compile(r"{value} |^a pin |^is |^has |^says |^links |^holds |^names |^takes ")


def glossary() -> list[tuple[str, str]]:
    """Each row of the glossary: the words here, and the Chinese."""
    return ROW.findall((ROOT / "docs" / "glossary.md").read_text("utf-8"))


def test_the_glossary_is_read() -> None:
    """The rows are found, among them those of team and squad."""
    assert len(glossary()) > 40
    assert {("team", "抓捕组"), ("squad", "抓捕小组")} <= set(glossary())


def test_the_glossarys_chinese_is_the_catalogues() -> None:
    """Where a word of the glossary is a label by itself, its translation is one of those that the glossary gives."""
    labels = catalogue()
    apart = {
        (here, labels[label], chinese)
        for here, chinese in glossary()
        for word in here.split(", ")
        for label in (word, word[:1].upper() + word[1:])
        if label in labels and labels[label] not in re.split("[，、]", chinese)
    }
    assert apart == set()


@pytest.mark.parametrize(("wrong", "why"), WRONG_CHINESE.items())
def test_no_chinese_page_has_the_wrong_word(wrong: str, why: str) -> None:
    """No translation, and no heading or meaning of a table, has a word that means another thing."""
    columns = [text for table in ALL_TABLES for c in table.current for text in (c.chinese, c.meaning_zh)]
    words = [
        text for table in ALL_TABLES for c in table.current for text in (*(w[0] for w in (c.words or {}).values()),)
    ]
    texts = [*catalogue().values(), *columns, *words, *(table.chinese for table in ALL_TABLES)]
    assert [text for text in texts if wrong in text] == [], why


@pytest.mark.parametrize(("wrong", "why"), WRONG_ENGLISH.items())
def test_no_english_page_has_the_wrong_word(wrong: str, why: str) -> None:
    """No sentence of pages and documents has a word that a planner would not say."""
    columns = [text for table in ALL_TABLES for c in table.current for text in (c.english, c.meaning)]
    sentences = [text for key in catalogue() for text in ([key] if isinstance(key, str) else key)]
    texts = [re.sub(r"{\w+}", "", text) for text in (*sentences, *columns) if not OF_FAULTS.match(text)]
    assert [text for text in texts if re.search(wrong, text, re.I)] == [], why


def test_templates_hold_no_sentence_of_their_own() -> None:
    """What people read in a page's template goes through the catalogue: no text of several words stands bare."""
    found = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = re.sub(
            r"{#.*?#}|{%.*?%}|{{.*?}}|<!DOCTYPE[^>]*>|<[^>]+>",
            "\n",
            TEMPLATE_CALL.sub("", path.read_text("utf-8")),
            flags=re.S,
        )
        found += [
            (path.name, line.strip()) for line in text.splitlines() if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", line)
        ]
    assert found == []
