"""What to do if something is not as planned: the same on the team's sheet and on the squad's card."""

from planner.i18n import N_

BRANCHES = (
    (N_("Suspect absent"), N_("Hold the address, report, wait for the team commander; do not search other premises.")),
    (N_("Barricaded"), N_("Contain, report, keep bystanders away; the commander decides.")),
    (
        N_("Wrong person or wrong address"),
        N_("Stop, identify yourselves, report at once, stay with those affected, record what happened."),
    ),
    (
        N_("Child or other dependant present"),
        N_("Leave no dependant alone; call the carer or child services; record who takes over."),
    ),
    (N_("Injury"), N_("Give first aid, call an ambulance, report; keep the scene guarded.")),
    (N_("Early alert"), N_("Report at once; no entry before H without the commander's order.")),
    (
        N_("Lawmaker or foreign national found"),
        N_("Suspend, protect, report to command; the legal officer decides."),
    ),
)
"""What may happen, and what is done then."""
