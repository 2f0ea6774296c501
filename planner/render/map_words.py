"""What the map page's scripts call phases, activities and needs; their other sentences stand in the scripts."""

from planner.i18n import N_

PHASE_WORDS = {
    "approach": N_("Approach"),
    "strike": N_("Strike"),
    "custody": N_("Escort and custody"),
    "evidence": N_("Scene examination"),
    "interviews": N_("Interviews"),
}
ACTIVITY_WORDS = {
    "moving": N_("On the way"),
    "waiting": N_("Waiting"),
    "muster": N_("In briefing"),
    "raid": N_("Raids"),
    "guard": N_("Scene guards"),
    "pickup": N_("Handovers"),
    "deliver": N_("Deliveries"),
    "exam": N_("Scene examinations"),
    "interview": N_("First interviews"),
}
NEED_WORDS = {
    "officers": N_("officers"),
    "lead": N_("lead"),
    "local": N_("local"),
    "woman": N_("woman"),
    "entry": N_("entry"),
    "medic": N_("medic"),
    "forensics": N_("forensics"),
    "interview": N_("interview"),
}
SUBTITLE = N_("H = {hour} · suspects {arrested} of {suspects} · addresses {doors} · teams {teams}")
