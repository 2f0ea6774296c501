"""How the codes of reports and the states on a board are called, in the reader's language.

An agency may call codes by its own words (`planner/reports/own_words.py`), which are the same in either language.
"""

from collections.abc import Iterable, Mapping

from planner.i18n import N_, gettext
from planner.operation import Agency, Operation
from planner.plan import Plan
from planner.reports.own_words import agency_of, own_words

CODE_WORDS: Mapping[str, str] = {
    "briefed": N_("Briefed"),
    "moving": N_("On the way"),
    "staged": N_("At staging point"),
    "set": N_("In place"),
    "go": N_("Go received"),
    "entered": N_("Entered"),
    "secure": N_("Secure"),
    "custody": N_("In custody"),
    "absent": N_("Absent"),
    "not_here": N_("Not known here"),
    "wrong_door": N_("Wrong address"),
    "legal_stop": N_("Stopped for a legal reason"),
    "search_done": N_("Search finished"),
    "left": N_("Left"),
    "handed_over": N_("Handed over"),
    "lodged": N_("Delivered"),
    "debriefed": N_("Debriefed"),
    "help": N_("Help needed"),
    "medical": N_("Medical emergency"),
    "compromised": N_("Compromised"),
    "all_clear": N_("All clear"),
    "stand_down": N_("Stand-down heard"),
    "heard": N_("Acknowledged"),
    "text": N_("Message"),
    "no_entry": N_("Not entered"),
    "no_show": N_("Never came"),
    "lost": N_("Out of action"),
    "override": N_("Overridden"),
    "void": N_("Withdrawn"),
    "event": N_("Event of a time limit"),
    "extended": N_("Time limit extended"),
    "went_well": N_("Went well"),
    "went_badly": N_("Did not go well"),
    "lesson": N_("Lesson"),
}
"""Code -> its word."""
EVENT_WORDS: Mapping[str, str] = {
    "arrest": N_("Arrest"),
    "arrival": N_("Arrival in custody"),
    "detention_authorised": N_("Detention authorised"),
    "lodged": CODE_WORDS["lodged"],
    "interview": N_("First interview begun"),
    "family_told": N_("Family notified"),
    "province_told": N_("Province informed"),
    "judge": N_("Before the judge"),
    "reviewed": N_("Detention reviewed"),
    "released": N_("Released"),
    "approval_asked": N_("Approval of the arrest requested"),
    "approval_decided": N_("Approval of the arrest decided"),
    "receipt_returned": N_("Receipt returned"),
    "lawyer": N_("Lawyer present"),
    "hospital_in": N_("Hospital treatment begun"),
    "hospital_out": N_("Hospital treatment ended"),
    "doctor_asked": N_("Doctor asked for"),
    "doctor": N_("Seen by a doctor"),
}
"""Event of a law pack -> its word."""
SITE_WORDS: Mapping[str, str] = {
    "not_planned": N_("Not planned"),
    "waiting": N_("Waiting"),
    "moving": N_("On the way"),
    "set": N_("In place"),
    "entered": N_("Entered"),
    "secure": N_("Secure"),
    "done": N_("Finished"),
    "not_opened": N_("Not entered"),
}
SUSPECT_WORDS: Mapping[str, str] = {
    "not_planned": N_("Not planned"),
    "planned": N_("Awaited"),
    "not_opened": N_("Not entered"),
    **{code: CODE_WORDS[code] for code in ("custody", "absent", "not_here", "wrong_door", "legal_stop")},
    "handed_over": CODE_WORDS["handed_over"],
    "lodged": CODE_WORDS["lodged"],
}
MEANS_WORDS: Mapping[str, str] = {
    "web": N_("live board"),
    "radio": N_("radio"),
    "phone": N_("telephone"),
    "paper": N_("written note"),
}


def code_word(code: str, lang: str, agency: Agency | None = None) -> str:
    """What a code is called: by the agency's own word, where it has one."""
    own: Mapping[str, str] = own_words(agency)  # type: ignore[assignment]  # keys are codes
    return own.get(code) or gettext(CODE_WORDS[code], lang)


class UnitWords:
    """What units of a plan call codes: each by the words of its agency."""

    def __init__(self, operation: Operation, plan: Plan, lang: str) -> None:
        self._operation, self._plan, self._lang = operation, plan, lang
        self._own: dict[str, Mapping[str, str]] = {}
        self._has_own = any(own_words(agency) for agency in operation.agencies)

    def word(self, code: str, unit: str = "") -> str:
        """The code's word, as the unit calls it; the usual one without a unit, or where its agency has none."""
        return self.of_unit(unit).get(code) or gettext(CODE_WORDS[code], self._lang)

    def of_unit(self, unit: str) -> Mapping[str, str]:
        """Code -> the unit's own word, of those codes that its agency calls by one."""
        if not self._has_own or unit not in self._plan.units_by_id:
            return {}
        if unit not in self._own:
            self._own[unit] = self._of(self._plan.units_by_id[unit].officers)
        return self._own[unit]

    def of_team(self, team: str) -> Mapping[str, str]:
        """The same of all squads of a team together."""
        if not self._has_own:
            return {}
        return self._of(o for unit in self._plan.teams_by_id[team].units for o in self._plan.units_by_id[unit].officers)

    def _of(self, officers: Iterable[str]) -> Mapping[str, str]:
        return dict[str, str](own_words(agency_of(self._operation, officers)).items())
