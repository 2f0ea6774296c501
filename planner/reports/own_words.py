"""Agencies' own words for codes of reports: the descriptive fact `report_words` of an agency's row, code -> word.

A unit, or a team, speaks as the agency of most of its officers does.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from planner.operation import Agency, Operation
from planner.reports.codes import CODES, Code

OWN_WORDS = "report_words"
"""The descriptive fact of an agency with its own words."""


def agency_of(operation: Operation, officers: Iterable[str]) -> Agency | None:
    """The agency of most of these officers; of two with as many the one whose officer is named first."""
    known = operation.officers_by_id
    count = Counter(known[name].agency for name in officers if name in known)
    most = max(count, key=lambda name: count[name], default=None)
    return next((one for one in operation.agencies if one.id == most), None)


def own_words(agency: Agency | None) -> dict[Code, str]:
    """Code -> the agency's own word, of codes that it calls by one; what is no code or no word is left out."""
    told = agency.details.get(OWN_WORDS) if agency is not None else None
    if not isinstance(told, Mapping):
        return {}
    found = ((code, told.get(code)) for code in CODES)
    return {code: word.strip() for code, word in found if isinstance(word, str) and word.strip()}
