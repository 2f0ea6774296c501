"""Why something is not done, and what stands in the way, in sentences."""

from planner.explain import Reason
from planner.files.pins import dump_pin
from planner.i18n import N_, gettext, ngettext
from planner.operation import Operation
from planner.reasons.facts import MovableFact
from planner.reasons.questions import WhyQuestion
from planner.reasons.stored import StoredAnswer
from planner.reasons.why import WhyAnswer
from planner.render.edit_words import described_pin
from planner.render.reasons import NEEDS, SKILLS, sentence

Answer = WhyAnswer | StoredAnswer
FACTS = {
    "warrant": N_("Warrant of {subject}: none, or it expires before the last permitted start"),
    "closure": N_("Closed road: {a} – {b}"),
    "duty_max": N_("Longest duty: {number} min"),
    "custody_latest": N_("Latest delivery after a raid's start: {number} min"),
    "last_raid": N_("Last permitted start of a raid: H+{number} min"),
    "commander_rank": N_("Rank required to command a team: {number}"),
    "lead_rank": N_("Rank required to lead a squad: {number}"),
    "span_of_control": N_("Squads per team, at most: {number}"),
    "teams": N_("Teams permitted: {number}"),
    "cells": N_("Cells at {place}: {number}"),
    "rooms": N_("Interview rooms at {place}: {number}"),
    "women": N_("Women officers in the operation: {number}"),
    "skill": N_("Officers with the skill {skill}: {number}"),
    "local": N_("Officers of the local police of {subject}: {number}"),
    "vans": N_("Detainee places in vehicles: {number}"),
    "seats": N_("Seats in vehicles: {number}"),
    "officers": N_("Officers in the operation: {number}"),
    "leave": N_("Officers of {agency} with limited availability: {number}"),
    "roster": N_("Officers bound to team {subject}: {number}"),
    "pin": N_("Commander's order: {pin}"),
}
"""Kind of a fact (of doctrine its key) -> how it is put."""
QUESTIONS = {
    "missed": N_("Why is {suspect} not covered?"),
    "late": N_("Why is {site} not raided at H?"),
    "exposure": N_("Why are not all covered addresses raided at H?"),
    "everybody": N_("Why is not everybody covered?"),
    "interviews": N_("Why is not everybody interviewed?"),
}
PROVED = {
    "alone": N_("Proved: no plan can do this, whatever other addresses it gives up. These facts together prevent it:"),
    "city": N_("Proved: no plan can do this and keep the other addresses in {city}. These facts together prevent it:"),
    "all": N_("Proved: no plan can do this and keep the other addresses it covers. These facts together prevent it:"),
}
FOR_ALL = {
    "missed": N_("{tried} Proved: no plan covers everybody, so somebody is left out. These facts together prevent it:"),
    "late": N_("{tried} Proved: no plan raids all covered addresses at H. These facts together prevent it:"),
}
"""Kind of the question -> what is proved for all, where nothing is for the one in question."""
WHOLE = N_("Proved: no plan can do this. These facts together prevent it:")
UNMOVED = N_("Proved: no plan can do this, even if every fact that can be changed here were changed.")
FOUND = N_("It is possible: a plan that does this was found near this one, without any change.")
DONE = N_("This plan does this already.")
MEMBERS = N_("Each of them is needed for this proof: if any one is changed enough, the proof no longer holds.")
UNSURE = N_("The proof holds, but some of these facts may not be needed for it: not every check was decided.")
MODEL = N_("Model: the rules that every plan keeps, as an integer program; checks: {checks}, undecided: {open}.")


def question_sentence(operation: Operation, question: WhyQuestion, lang: str) -> str:
    """What is asked."""
    suspect = operation.suspects_by_id[question.suspect].name if question.suspect is not None else ""
    site = f"{operation.sites_by_id[question.site].address} ({question.site})" if question.site is not None else ""
    return gettext(QUESTIONS[question.kind], lang).format(suspect=suspect, site=site)


def fact_sentence(operation: Operation, fact: MovableFact, lang: str) -> str:
    """The fact in words, with its figure."""
    code = fact.subject if fact.kind == "doctrine" else fact.kind
    place = operation.points_by_id.get(fact.subject)
    names = {"subject": fact.subject, "number": fact.number, "place": getattr(place, "name", "")}
    if fact.kind == "closure":
        names["a"], names["b"] = fact.subject.split("|")
    if fact.kind == "warrant":
        names["subject"] = operation.suspects_by_id[fact.subject].name
    if fact.kind == "leave":
        names["agency"] = operation.agencies_by_id[fact.subject].name
    if fact.kind == "skill":
        names["skill"] = gettext(fact.subject, lang) if fact.subject in (*NEEDS, *SKILLS) else fact.subject
    if fact.pins:
        names["pin"] = gettext("; ", lang).join(described_pin(dump_pin(pin), lang) for pin in fact.pins)
    return gettext(FACTS[code], lang).format(**names)


def answer_sentence(operation: Operation, answer: Answer, lang: str) -> str:
    """What was found, before the facts are listed."""
    if answer.is_proved and not answer.facts:
        return gettext(UNMOVED, lang)
    if answer.is_proved and answer.beside == "whole":
        tried = _not_found(answer.tries, lang) if answer.tries else ""
        return gettext(FOR_ALL[answer.question.kind], lang).format(tried=tried).strip()
    if answer.is_proved:
        question = answer.question
        city = operation.sites_by_id[question.site].city if question.site is not None else ""
        return gettext(PROVED[answer.beside] if question.site is not None else WHOLE, lang).format(city=city)
    if answer.is_possible:
        return gettext(FOUND if answer.tries else DONE, lang)
    if answer.tries == 0:
        return gettext("Stopped before anything was found; nothing is proved.", lang)
    return _not_found(answer.tries, lang)


def _not_found(tries: int, lang: str) -> str:
    """How often it was searched for in vain."""
    return ngettext(
        "Not found in 1 try; it is not proved impossible.",
        "Not found in {n} tries; it is not proved impossible.",
        tries,
        lang,
    )


def notes(answer: Answer, reason: Reason | None, lang: str) -> list[str]:
    """What the facts mean, what the plan itself shows (`reason`), and the model."""
    is_least = answer.num_unsettled == 0
    told = [gettext(MEMBERS if is_least else UNSURE, lang)] if len(answer.facts) > 1 else []
    if reason is not None and not answer.facts:
        told.append(gettext("This plan shows: {reason}", lang).format(reason=sentence(reason, lang)))
    told.append(gettext(MODEL, lang).format(checks=answer.num_checks, open=answer.num_unsettled))
    return told


def answer_sentences(operation: Operation, answer: WhyAnswer, lang: str) -> list[str]:
    """The whole answer: what was found, the facts, and the notes."""
    facts = [fact_sentence(operation, fact, lang) for fact in answer.facts]
    return [answer_sentence(operation, answer, lang), *facts, *notes(answer, answer.reason, lang)]
