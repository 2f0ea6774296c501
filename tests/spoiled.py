"""Files with nearly every slip that an office makes; `tests/golden` keeps what is said of them in both languages."""

from typing import Any

from tests.sheets import workbook

CITY = "攀枝花市"
OFFICERS = ("id", "name", "agency", "base", "sex", "rank", "skills", "available from", "available to", "details")
PLACES = ("id", "name", "kind", "city", "lat", "lon", "cells", "rooms")
SITES = ("id", "address", "city", "lat", "lon", "risk", "needs", "officers")
SUSPECTS = ("id", "name", "site", "sex", "born", "priority", "warrant number", "warrant expires")


def spoiled_workbook() -> bytes:
    """A workbook of six sheets, each faulty in many cells."""
    return workbook(
        {
            "operation": [("id", "name", "h_hour", "max_teams"), ("x", "行动", "2026-04-01", 3), ("y", "二", "", 1)],
            "agencies": [
                ("id", "name", "level", "cities"),
                ("A1", "市局", "town", f"{CITY};米易"),
                ("A2", "分局", "市", ""),
            ],
            "places": [
                PLACES,
                ("B1", "驻地", "驻地", CITY, 26.58, 101.72, 0, 0),
                ("B2", "驻地", "驻地", CITY, 26.59, 101.73, "", ""),
                ("K1", "看守所", "羁押点", "攀枝化市", 101.7, 26.5, "many", -1),
                ("K2", "看守所二", "prison", CITY, "26°70'", "101.7 N", 1, 1),
                ("B1", "又一处", "集结点", CITY, 95, "", 1, 1),
            ],
            "officers": [
                OFFICERS,
                ("O1", "民警一", "市局", "驻地", "女", 9, "medik", "22:00", "06:00", ""),
                ("O2", "民警二", "A9", "B7", "x", "abc", "entry", "25:61", "soon", "no object"),
                ("", "民警三", "A1", "B1", "男", 2.5, "", 1.5, "", "{1}"),
                ("O1", "民警四", "A1", "B1", "男", "", "", "", "", ""),
                ("O4", "#N/A", "A1", "B1", "男", 1, "", "", "", ""),
                ("合计", 4, "", "", "", "", "", "", "", ""),
            ],
            "sites": [
                SITES,
                ("S1", "甲路1号", CITY, 30.9, 104.0, "高", "entry", 2000),
                ("S2", "甲路2号", CITY, "-26.5 S", 101.7, "hgih", "entry 2; entry 3", 0),
                ("S3", "甲路2号", CITY, 26.581, 101.721, "low", "", ""),
            ],
            "suspects": [
                SUSPECTS,
                ("P1", "嫌疑人一", "S1", "M", "1990-02-31", 1, "W1", "2026-04-02"),
                ("P2", "嫌疑人二", "S8", "F", 33000, 9, "W2", "never"),
                ("P3", "嫌疑人二", "甲路2号", "F", "1790-02-01", 1, "", "2026-04-02 06:00"),
            ],
            "links": [("a", "b", "weight"), ("P1", "P1", 1), ("P1", "P7", "x"), ("P1", "P7", 2)],
            "travel": [("", "B1", "S1", "S9"), ("B1", 0, 1.5, "x"), ("S1", "", 0, "封闭"), ("S2", 1, 2, 3)],
            "notes": [("what", "ever"), (1, 2)],
        }
    )


def spoiled_document() -> dict[str, Any]:
    """An operation's document that is wrong in its head, its rows, its matrix and its pins."""
    return {
        "schema": "arrest-operation/2",
        "id": "",
        "h_hour": "2026-04-01T06:00:00",
        "max_teams": -1,
        "nmae": "x",
        "doctrine": {"duty_max": "long", "raid_minuts": 3, "raid_minutes": {"low": 1.5}, "self_escort_ratio": 200},
        "travel": {"kind": "matrix", "ids": ["A", "A", 3], "minutes": [[0, -1], 4], "unit": "s"},
        "agencies": [{"id": "A", "name": "x" * 1001, "level": "cty", "cities": "C"}, 3, {}],
        "places": [
            {"id": "B", "name": "n", "kind": "base", "city": "C", "lat": 104, "lon": 30},
            {"id": "B", "name": None, "kind": "base", "city": "C", "lat": "x", "lon": 190, "rooms": True},
        ],
        "officers": [{"id": "O", "name": "a\tb", "agency": "AA", "base": "N", "sex": 1, "rank": "2", "skills": [""]}],
        "sites": [
            {"id": "S", "address": "a", "city": "C", "lat": 1, "lon": 2, "risk": [], "exam": 1, "needs": {"": -1}}
        ],
        "suspects": [
            {
                "id": "P",
                "name": "n",
                "site": "T",
                "sex": "M",
                "born": "1990-13-01",
                "warrant": {"number": "", "expires": 1},
            }
        ],
        "links": {},
        "legs": [{"from": "B", "to": "S", "minutes": 1}, {"from": "B", "to": "S", "minutes": 10**9}],
        "pins": [
            {"officer": "O", "sit": "S"},
            {"site": "S", "skip": False},
            {"together": ["S"]},
            {"site": "Z", "start": "x"},
            3,
        ],
        "details": [],
    }
