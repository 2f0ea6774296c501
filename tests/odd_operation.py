"""An operation as odd as they come: seven squads, four of four groups behind one door, names that never break."""

from dataclasses import replace
from datetime import date

from planner.operation import Agency, Doctrine, Matrix, Operation, Place, Site, Vehicle
from planner.plan import Guards, Interview, Plan, Stop, Team, Unit
from tests.operations import H, officer, suspect

NUM_SQUADS = 7
RARE = "𠮷㐀"
"""U+20BB7 and U+3400: the second plane, and the first sign of the extension A."""
UNBROKEN = "Wolfeschlegelsteinhausenbergerdorffvoralternwarengewissenhaftschaferswessenschafe"
"""A name of 81 letters at which no line can be broken."""
LONG_NAME = "买买提艾力·阿卜杜热西提江·吐尔逊买买提·古丽巴哈尔·艾山江" * 2
AGENCY = "四川省攀枝花市公安局东区分局刑事侦查大队反电信网络诈骗犯罪侦查中队联合专案工作组"
ADDRESS = "成都市高新区天府大道北段一千七百号环球中心东区十二栋附属裙楼二单元三十二楼三二零一号" * 2


def odd_operation() -> tuple[Operation, Plan]:
    """One team of seven squads; at S1 a man, a woman, a boy and a girl, each in a vehicle of the own group."""
    squads = range(1, NUM_SQUADS + 1)
    people = tuple(
        officer(n, name=name_of(n), sex="F" if n % 3 == 0 else "M", rank=1 + n % 3, skills=("interview",))
        for n in range(1, 3 * NUM_SQUADS + 10)
    )
    suspects = (
        suspect(1, "S1", name=UNBROKEN, details={"alias": UNBROKEN, "identity": "51010119900531001X"}),
        suspect(2, "S1", name=f"{RARE}{LONG_NAME}", sex="F", details={"languages": "维吾尔语"}),
        suspect(3, "S1", name=f"阿{RARE}", born=date(2010, 1, 1)),
        suspect(4, "S1", name="古丽", sex="F", born=date(2011, 2, 3)),
        *(suspect(n + 3, f"S{n}") for n in squads[1:]),
    )
    operation = Operation(
        "odd-7", f"“{RARE}”{UNBROKEN}", H, 1, Doctrine(),
        agencies=(Agency("C", AGENCY, "city", ("成都",)), Agency("E", UNBROKEN, "province")),
        places=(
            Place("B1", f"{RARE}局", "base", "成都", 30.57, 104.07),
            Place("A1", f"集结点·{UNBROKEN}", "assembly", "成都", 30.58, 104.08),
            Place("K1", "办案中心", "custody", "成都", 30.55, 104.05, cells=20, rooms=4),
        ),
        officers=people,
        vehicles=(
            *(Vehicle(f"V{n}", f"川A-{n}{RARE}", "B1", 5, 1) for n in squads),
            *(Vehicle(f"W{n}", f"川A-W{n}", "B1", 7, 4) for n in range(1, 5)),
        ),
        sites=tuple(
            Site(f"S{n}", f"{ADDRESS}{RARE}" if n == 1 else f"示例路 {n} 号", "成都", 30.59 + n / 100, 104.1, "high",
                 exam=n == 1, details={"exits": UNBROKEN, "children": "1"} if n == 1 else {})
            for n in squads
        ),
        suspects=suspects,
    )  # fmt: skip
    ids = tuple(operation.points_by_id)
    ways = Matrix(ids, tuple(tuple(0 if a == b else 10 for b in ids) for a in ids))
    return replace(operation, matrix=ways), odd_plan()


def name_of(n: int) -> str:
    """One in seven names never breaks, one is long, one rare."""
    return {1: UNBROKEN, 2: LONG_NAME, 3: f"{RARE}明"}.get(n % 7, f"民警 {n:02d}")


def odd_plan() -> Plan:
    """Each squad raids one door and brings its own detainee; who is behind the first door is fetched in four cars."""
    units = []
    for n in range(1, NUM_SQUADS + 1):
        stops = [Stop("muster", "A1", -50, -20), Stop("raid", f"S{n}", 0, 40)]
        if n > 1:
            stops.append(Stop("deliver", "K1", 50, 60, (f"P{n + 3:02d}",)))
        crew = tuple(f"O{m:02d}" for m in range(3 * n - 2, 3 * n + 1))
        kept = Guards((crew[-1],)) if n == 1 else Guards()
        units.append(Unit(f"Q{n}", "squad", crew, (f"V{n}",), tuple(stops), kept))
    four = ("P01", "P02", "P03", "P04")
    fetched = Stop("pickup", "S1", 15, 20, four), Stop("deliver", "K1", 30, 40, four)
    units.append(Unit("E1", "escort", ("O22", "O23", "O24", "O25"), ("W1", "W2", "W3", "W4"), fetched))
    units.append(Unit("F1", "forensic", ("O26", "O27"), (), (Stop("exam", "S1", 60, 120),)))
    talks = tuple(
        Interview(f"P{n:02d}", "K1", 1 + n % 4, 100 + 100 * (n // 4), 190 + 100 * (n // 4), ("O28", "O29"))
        for n in range(1, 5)
    )
    team = Team("T1", "O30", "A1", tuple(f"Q{n}" for n in range(1, NUM_SQUADS + 1)))
    return Plan("odd-7", (team,), tuple(units), talks)
