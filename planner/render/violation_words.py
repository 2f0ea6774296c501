"""What a rule found, in a sentence of the reader's language; its figures stand behind it."""

from planner.i18n import N_, gettext
from planner.rules.violation import Figure, Violation

TITLES = {
    "R1": N_("References and values"),
    "R2": N_("Stops in sequence"),
    "R3": N_("Seats and drivers"),
    "R4": N_("Punctual and available"),
    "R5": N_("Duty hours"),
    "R6": N_("Teams and commanders"),
    "R7": N_("One city per team"),
    "R8": N_("Order of a squad's stops"),
    "R9": N_("Raids"),
    "R10": N_("Site requirements"),
    "R11": N_("Standing teams"),
    "R12": N_("Each detainee delivered exactly once"),
    "R13": N_("Squads transporting their own detainees"),
    "R14": N_("Handovers"),
    "R15": N_("Escort crews and detainee places"),
    "R16": N_("Kept apart in transport"),
    "R17": N_("Custody"),
    "R18": N_("Scene examinations"),
    "R19": N_("First interviews"),
    "R20": N_("Commander's orders and suspects not covered"),
    "N1": N_("Started tasks stay unchanged"),
    "N2": N_("Committed officers carry on"),
    "N3": N_("Remaining tasks start later"),
}
SENTENCES = {
    "empty unit": N_("{first}: nobody serves in it, or it has nothing to do"),
    "officer serves twice": N_("{first} serves in more than one unit"),
    "vehicle serves twice": N_("{first} is used by more than one unit"),
    "ends before it starts": N_("{first}: the stop at {second} ends before it starts"),
    "starts too soon": N_("{first} cannot be at {second} that early"),
    "too few seats from a base": N_("{first}: too few seats for those who leave {second}"),
    "too few seats": N_("{first}: too few seats"),
    "nobody brings it": N_("{first}: nobody from the base of {second} can drive it there"),
    "late at the first stop": N_("{second} cannot reach the first stop of {first} in time"),
    "no longer available": N_("{last} is no longer available by then"),
    "unit too long on duty": N_("{first} is on duty too long"),
    "guard too long on duty": N_("{second}, guard of {first}, is on duty too long"),
    "officer too long on duty": N_("{first} is on duty too long"),
    "too many teams": N_("Too many teams"),
    "span of control": N_("{first} has too many squads for one commander"),
    "commander's rank": N_("{second} may not command {first}: rank too low"),
    "commander late": N_("{second}, commander of {first}, cannot be there in time"),
    "commander no longer available": N_("{second}, commander of {first}, is no longer available by then"),
    "site in another city": N_("{first} assembles in another city than {second}"),
    "not in one team": N_("{first} must belong to exactly one team"),
    "order of stops": N_("{first}: briefing, raids and delivery are not in order"),
    "musters elsewhere": N_("{first} does not assemble with its team"),
    "briefing too short": N_("{first}: the briefing is too short"),
    "set too late": N_("{first} is not in position at {second} early enough before the raid"),
    "raided twice": N_("{first} is raided twice"),
    "nobody chargeable": N_("Nobody may be arrested at {second}"),
    "hour of the raid": N_("{first}: the raid starts outside the permitted time"),
    "raid too short": N_("{first}: the raid is too short"),
    "warrant ends before": N_("{first}: a warrant expires before the raid"),
    "lacks": N_("{first} is short of what {second} requires: {figures}"),
    "of another team": N_("{first} belongs to another standing team than {second}"),
    "not delivered": N_("{first} is not taken into custody"),
    "delivered by a stranger": N_("{first} is delivered by a unit that never took the suspect over"),
    "picked up, yet delivered by the squad": N_("{first} is handed over, yet delivered by {second}"),
    "delivered, not arrested": N_("{first} is delivered without being arrested"),
    "names nobody": N_("{first}: the stop at {second} concerns nobody"),
    "cannot be picked up": N_("{first} cannot take {last} over at {second}"),
    "not aboard": N_("{first} delivers {last}, who is not on board"),
    "delivered twice": N_("{first} is delivered twice"),
    "ends with detainees aboard": N_("{first} ends its duty with detainees on board"),
    "delivers others": N_("{first} delivers somebody whom it did not arrest: {all}"),
    "too few officers": N_("{first}: too few officers to transport its detainees"),
    "not raided": N_("{first} is to take over at {second}, which is not raided"),
    "too soon": N_("{first} takes over at {second} too early"),
    "too short": N_("{first}: the handover at {second} is too short"),
    "squad leaves before": N_("{first} leaves {second} before the next unit is there"),
    "too few cells": N_("{first}: too few detainee places"),
    "crew too small": N_("{first}: the escort crew is too small"),
    "not kept apart": N_("{first} carries suspects together who must be kept apart"),
    "no woman among the officers": N_("{first}: no woman among the officers for a female suspect"),
    "no custody place": N_("{first}: {second} is no custody place"),
    "intake too short": N_("{first}: the intake at {second} is too short"),
    "too late": N_("{first} comes into custody too late"),
    "not two forensic officers": N_("{first} needs two forensic officers"),
    "examined twice": N_("{first} is examined twice"),
    "no exam is due": N_("{first}: no scene examination is due at {second}"),
    "hour of the exam": N_("{first} begins the scene examination at {second} at the wrong time"),
    "exam too short": N_("{first}: the scene examination at {second} is too short"),
    "guards without a raid": N_("{first} leaves guards but raids nothing"),
    "guards where no exam comes": N_("{first} leaves guards at {second}, where no examination is due"),
    "number of guards": N_("{first}: wrong number of guards at {second}"),
    "everybody is a guard": N_("{first}: everybody stays as a guard at {second}"),
    "nothing to guard": N_("{first}: nothing to guard at {second}"),
    "no interview is due": N_("No first interview of {first} is due at {second}"),
    "room taken": N_("{first}: two interviews in one room at the same time ({second}, {last})"),
    "hour of the interview": N_("{first}: the first interview starts outside the permitted time"),
    "interview too short": N_("{first}: the first interview is too short"),
    "no such room": N_("{first}: {second} has no such room"),
    "not two interviewers": N_("{first}: the first interview needs two officers"),
    "nobody with interview": N_("{first}: no trained interviewer at the first interview"),
    "no woman among the interviewers": N_("{first}: no woman among the interviewers of a female suspect"),
    "interviewer late": N_("{second} cannot be at the first interview of {first} in time"),
    "interviews too near": N_("{first} cannot get from one interview to the next in time"),
    "pin does not hold": N_("A commander's order is not followed: {all}"),
    "arrested or missed": N_("{first} must be either arrested or listed as not covered"),
    "had started and was changed": N_("{first}: what has started at {second} was changed"),
    "interview had started and was changed": N_("{first}: the interview has started and was changed"),
    "guards were left and change": N_("{first}: the guards left at {second} were changed"),
    "has left guards and raids again": N_("{first} has left guards and raids again"),
    "team changes": N_("{first} has started and changes team"),
    "officers change": N_("{first} has started and its officers change"),
    "vehicles change": N_("{first} has started and its vehicles change"),
    "starts in the past": N_("{first}: the stop at {second} starts in the past"),
    "interview starts in the past": N_("{first}: the first interview starts in the past"),
}
OTHERWISE = N_("{rule} does not hold: {all}")
FIGURES = {
    "lead": N_("squad leader"),
    "local": N_("local"),
    "woman": N_("woman"),
    "officers": N_("officers"),
    "seats": N_("seats"),
    "detainees": N_("detainees"),
    "cells": N_("detainee places"),
    "minutes": N_("minutes"),
    "least": N_("at least"),
    "most": N_("at most"),
    "start": N_("start H"),
    "end": N_("end H"),
    "raid": N_("raid H"),
    "exam": N_("examination H"),
    "pickup": N_("handover H"),
    "latest": N_("latest H"),
    "squads": N_("squads"),
    "teams": N_("teams"),
    "rank": N_("rank"),
    "rooms": N_("rooms"),
    "room": N_("room"),
    "guards": N_("guards"),
    "crew": N_("crew"),
}
MOMENTS = ("start", "end", "raid", "exam", "pickup", "latest")
SKILL = "skill "


def rule_title(rule: str, lang: str) -> str:
    """What the rule is about."""
    return gettext(TITLES[rule], lang)


def violation_text(broken: Violation, lang: str) -> str:
    """A sentence with the ids that it concerns, and the figures that show it."""
    named = [str(one) for one in broken.subjects] or [""]
    sentence = gettext(SENTENCES.get(broken.wrong, OTHERWISE), lang)
    second = named[1] if len(named) > 1 else named[0]
    told = [text for name, value in broken.figures.items() if (text := _figure(name, value, lang))]
    figures, title = ", ".join(told), rule_title(broken.rule, lang)
    ids = {"first": named[0], "second": second, "last": named[-1], "all": ", ".join(named)}
    text = sentence.format(**ids, rule=title, figures=figures)
    return f"{text} ({figures})" if figures and "{figures}" not in sentence else text


def _figure(name: str, value: Figure, lang: str) -> str:
    if name.startswith(SKILL):
        skill = name.removeprefix(SKILL)
        return f"{gettext(skill, lang)} {value}"
    if name not in FIGURES:
        return ""
    word = gettext(FIGURES[name], lang)
    return f"{word}{value:+}" if name in MOMENTS and isinstance(value, int) else f"{word} {value}"
