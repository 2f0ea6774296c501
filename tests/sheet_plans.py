"""Plans for the papers' tests: every sort of unit and need in a few rows, and names as long as they come."""

from dataclasses import replace
from datetime import date

from planner.operation import Agency, Operation
from planner.plan import Interview, Plan, Stop, Team, Unit
from tests.operations import officer, suspect
from tests.test_timeline import two_raids

LONG_AGENCY = "四川省攀枝花市公安局东区分局刑事侦查大队反电信网络诈骗犯罪侦查中队联合专案工作组"
LONG_ADDRESS = "成都市高新技术产业开发区天府大道北段一千七百号环球中心东区十二栋" + "附属裙楼二单元" * 12


def two_teams() -> tuple[Operation, Plan]:
    """T1 raids S1 (a man, a girl for the escort; examined), T2 S2 (one has no warrant); O03 interviews for both."""
    operation, plan = two_raids()
    girl = suspect(5, "S1", sex="F", born=date(2009, 2, 26), priority=4)
    free = suspect(6, "S2", warrant=None)
    people = (*operation.officers, officer(8, name="法医甲", skills=("forensics",)), officer(9, name="法医乙"))
    operation = replace(operation, officers=people, suspects=(*operation.suspects, girl, free))
    muster, first, second, _ = plan.units[0].stops
    units = (
        Unit("Q1", "squad", ("O01", "O03"), ("V1",), (muster, first, Stop("deliver", "K1", 54, 64, ("P01",)))),
        Unit("Q2", "squad", ("O02",), (), (muster, second, Stop("deliver", "K1", 140, 150, ("P02",)))),
        Unit("E1", "escort", ("O04", "O05"), ("V2",), (
            Stop("pickup", "S1", 20, 25, ("P05",)), Stop("deliver", "K1", 39, 49, ("P05",)),
        )),
        Unit("F1", "forensic", ("O08", "O09"), (), (Stop("exam", "S1", 30, 90),)),
    )  # fmt: skip
    talks = (
        Interview("P01", "K1", 1, 70, 160, ("O03", "O04")),
        Interview("P05", "K1", 2, 160, 250, ("O02", "O05")),
        Interview("P02", "K1", 1, 170, 260, ("O03", "O07")),
    )
    teams = (Team("T1", "O06", "A1", ("Q1",)), Team("T2", "O07", "A2", ("Q2",)))
    return operation, replace(plan, teams=teams, units=units, interviews=talks)


def long_names(operation: Operation) -> Operation:
    """The operation with an agency name of 40 characters, addresses of 120 and names to match."""
    return replace(
        operation,
        name="“三·二”特大跨境电信网络诈骗犯罪集团统一收网行动（第二阶段）",
        agencies=tuple(Agency(a.id, LONG_AGENCY, a.level, a.cities) for a in operation.agencies),
        places=tuple(replace(p, name=f"{p.name}·联合执法办案管理中心西南侧地下停车场") for p in operation.places),
        sites=tuple(replace(s, address=LONG_ADDRESS) for s in operation.sites),
        officers=tuple(replace(o, name=f"阿卜杜热西提·买买提江 {o.id}") for o in operation.officers),
        vehicles=tuple(replace(v, label=f"川A·{v.label} 依维柯押解车") for v in operation.vehicles),
        suspects=tuple(replace(s, name=f"古丽娜尔·阿不都克里木 {s.id}") for s in operation.suspects),
    )
