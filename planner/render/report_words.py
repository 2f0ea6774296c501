"""How the codes of reports and the states on a board are called, in the reader's language.

An agency may call codes by its own words: the descriptive fact `report_words` of its row, an object of code and word.
"""

from collections.abc import Mapping

from planner.i18n import N_, gettext
from planner.operation import Agency

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
}
"""Code -> its word."""
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
OWN_WORDS = "report_words"
"""The descriptive fact of an agency with its own words."""


def code_word(code: str, lang: str, agency: Agency | None = None) -> str:
    """What a code is called: by the agency's own word, where it has one."""
    own = agency.details.get(OWN_WORDS) if agency is not None else None
    word = own.get(code) if isinstance(own, Mapping) else None
    return word if isinstance(word, str) and word else gettext(CODE_WORDS[code], lang)
