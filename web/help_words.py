"""What the words of the pages mean, for the help: each is a word of docs/glossary.md."""

from collections.abc import Mapping

from web.language import say

WORDS: Mapping[str, str] = {
    say("H"): say(
        "the time at which all raids start, as far as possible; every other time counts from it, as H±minutes"
    ),
    say("Operation"): say("everything that is planned together: suspects, addresses, officers, vehicles and orders"),
    say("Plan"): say("who goes where with whom and when; an independent checker has tested it against every rule"),
    say("Working plan"): say("the plan that the staff has chosen to work with"),
    say("Readiness"): say("what must be fixed before planning, and warnings"),
    say("Agency"): say("a police office that provides officers and vehicles"),
    say("Site"): say("an address to be raided"),
    say("Raid"): say("entry, arrest and search at one address"),
    say("Suspect"): say("a person to be arrested; planned for only with a warrant that is valid at H"),
    say("Warrant"): say("the legal document on which an arrest rests"),
    say("Detainee"): say("an arrested suspect until the handover to a custody place"),
    say("Team"): say("several squads under one team commander, briefed at one assembly point"),
    say("Team commander"): say("the officer who commands a team"),
    say("Squad"): say("the officers and vehicles that raid one address, or several in turn"),
    say("Escort unit"): say("officers and a vehicle that take detainees to a custody place"),
    say("Forensic unit"): say("officers who examine the scene after a raid"),
    say("Scene guards"): say("officers who secure an address until its examination ends"),
    say("Reserve"): say("officers and vehicles that have no task in the plan"),
    say("Assembly point"): say("where a team meets and is briefed before it leaves"),
    say("Custody place"): say("where detainees are handed over and first interviewed; its cells and rooms are limited"),
    say("First interview"): say("the first interview of a suspect, due within a set time after the arrest"),
    say("Commander's orders"): say("decisions of the commander that every plan keeps"),
    say("Doctrine"): say("figures that hold for every plan, such as squad sizes and the longest duty"),
    say("Rule"): say("what no plan may violate; the rules have numbers, R1 and so on"),
    say("Not covered"): say("suspects for whom no raid is planned, each with the reason"),
    say("Exposure"): say("weighted minutes in which an arrested suspect's contacts could be warned; 0 is best"),
    say("Cost"): say("weighted minutes of officers and detainees; compared last"),
    say("What-if scenario"): say("changes tried on a plan and replanned, without changing the registers"),
    say("Draft by hand"): say("a plan that somebody is shaping; it may violate rules, and nobody may act on it"),
    say("To be re-briefed"): say("officers whose orders differ from those they were briefed with"),
    say("Team sheets"): say("the printed orders of each team and squad"),
    say("Change order"): say("tells the officers concerned what differs from the team sheets they hold"),
    say("SET"): say("the squad is in position"),
    say("STRIKE"): say("the raid starts"),
    say("SECURE"): say("everyone at the address is under control"),
    say("IN CUSTODY"): say("the suspect is arrested"),
    say("MOVING"): say("the detainee is being transported"),
    say("Live board"): say("what stands in a running operation: derived from the plan in force and from reports alone"),
    say("Forecast"): say("when a step is to be expected, by what was reported and the time that it takes at least"),
    say("Open exposure"): say("exposure of suspects whose contact's address was entered; it may still grow"),
    say("Go / no-go"): say("what has to hold before H; a condition that does not can be overridden with a reason"),
    say("Decision"): say("go ahead, hold, abort or H later; it holds once a second person has confirmed it"),
    say("Hold"): say("everybody stays where they are until the next decision"),
    say("Abort"): say("the operation is not carried out; everybody stands down"),
    say("H later"): say("raids that have not begun move by so many minutes; what has begun keeps its time"),
    say("Acknowledged"): say("the unit has heard the decision"),
    say("LODGED"): say("the detainee is handed over to the custody place"),
}
"""Word, as its label is written -> what it means; both go through the catalogue."""
