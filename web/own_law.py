"""What of the law is somebody's own part who does not see the gate: the waivers that a pack leaves to the own role."""

from models import register
from planner.law.changes import law_in
from planner.law.gate import LawFinding
from planner.law.pack_file import pack_by_id
from web import plan_cache
from web.access import may
from web.database import session
from web.law import my_roles
from web.law_gate import gate_rows, working_plan
from web.live_cache import live_operation


def own_waivers(line: register.OperationLine) -> list[LawFinding]:
    """Open items that one of the reader's roles may waive, and those that are waived by it; told by ids alone.

    None for whoever finds them on the page Law.
    """
    if may("law", line.key) or not may("waive", line.key):
        return []
    with session() as s:
        document = plan_cache.live(s, line)
        planned, value = working_plan(s, line.key), live_operation(s, line, document)
    pack = pack_by_id(law_in(document, "operation", "").get("pack"))
    if pack is None or value is None:
        return []
    mine = my_roles(line.key)
    found = (one for one in gate_rows(line, value, pack, planned) if one.item.waivable_by in mine and not one.fact)
    return [one for one in found if one.is_open or one.state == "waived"]
