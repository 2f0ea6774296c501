"""What packs' conditions are asked of: the suspects, doors, host agencies and the operation, with their facts.

An operation has the pack of its case unit. An agency that names another (`details.law.pack`) is one of another country:
the doors in its cities follow that pack, and whoever is arrested there both.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from planner.files.law_details import LAW
from planner.law.pack import LawPack, Subject
from planner.law.pack_file import pack_by_id
from planner.needs import is_child
from planner.operation import Agency, Details, Operation, Site, Suspect
from planner.plan import Plan

LEVELS = ("city", "district", "province")
"""Which of a city's own agencies is asked for help: the first that is there."""
NO_ARREST = "none"


def law_of(details: Details) -> Mapping[str, Any]:
    """A row's `details.law`; empty where there is none."""
    found = details.get(LAW)
    return found if isinstance(found, dict) else {}


def packs_at(pack: LawPack, agencies: Iterable[tuple[Iterable[str], Mapping[str, Any]]], city: str) -> list[LawPack]:
    """The packs of a city by those that its agencies (cities and law of each) name; by default the operation's own."""
    named = {law["pack"] for cities, law in agencies if city in cities and law.get("pack") is not None}
    found = {name: other for name in sorted(named, key=str) if (other := pack_by_id(name)) is not None}
    return [pack if one.id == pack.id else one.elsewhere for one in found.values()] or [pack]


@dataclass(frozen=True, slots=True)
class LawSubject:
    """Whose affair the items of a pack are: table and key, what is given, and the facts; None among them: unknown."""

    table: Subject
    key: str
    law: Mapping[str, Any]
    facts: Mapping[str, Any]
    pack: LawPack


class LawSubjects:
    """The subjects of an operation: whom it wants to arrest, at which doors, and whose help it needs."""

    def __init__(self, operation: Operation, pack: LawPack, plan: Plan | None = None) -> None:
        self.operation, self.pack, self.plan = operation, pack, plan
        self._laws = [(row.cities, law_of(row.details)) for row in operation.agencies]
        self._by_city = dict[str, list[LawPack]]()
        self.law = law_of(operation.details)
        self.case_agency = operation.agencies_by_id.get(str(self.law.get("case_agency")))
        self.common: Mapping[str, Any] = {
            **self.law.get("facts", {}),
            "case_agency_known": self.case_agency is not None,
            "hosts": len(self.hosts),
        }

    def all(self) -> Iterator[LawSubject]:
        """Every subject, once for each pack that asks something of it: operation, suspects, doors, host agencies."""
        for pack in self.packs:
            yield LawSubject("operation", self.operation.id, self.law, self.common, pack)
        yield from self.of_suspects()
        for site in self.sites:
            for pack in self.packs_in(site.city):
                yield self._subject("sites", site, self._of_site(site), pack)
        for agency, cities in self.hosts.items():
            row = self.operation.agencies_by_id[agency]
            yield self._subject("agencies", row, self._of_host(row, cities), self.pack)

    def of_suspects(self) -> Iterator[LawSubject]:
        """Whom the operation wants to arrest, each once for each pack that asks something."""
        for suspect in self.suspects:
            for pack in self.packs_of(suspect):
                yield self._subject("suspects", suspect, self._of_suspect(suspect, pack), pack)

    def _subject(
        self, table: Subject, row: Suspect | Site | Agency, facts: Mapping[str, Any], pack: LawPack
    ) -> LawSubject:
        law = law_of(row.details)
        return LawSubject(table, row.id, law, {**self.common, **law.get("facts", {}), **facts}, pack)

    def packs_in(self, city: str) -> list[LawPack]:
        """The packs that doors in the city follow."""
        if city not in self._by_city:
            self._by_city[city] = packs_at(self.pack, self._laws, city)
        return self._by_city[city]

    def packs_of(self, suspect: Suspect) -> list[LawPack]:
        """The packs that are asked for a suspect: that of the case unit, and those of the place."""
        site = self.operation.sites_by_id.get(suspect.site)
        there = self.packs_in(site.city) if site is not None else [self.pack]
        return [self.pack, *(pack for pack in there if pack is not self.pack)]

    @cached_property
    def packs(self) -> list[LawPack]:
        """Every pack that counts somewhere, the operation's own first."""
        found = {pack.id: pack for site in self.sites for pack in self.packs_in(site.city) if pack is not self.pack}
        return [self.pack, *(found[name] for name in sorted(found))]

    @cached_property
    def not_there(self) -> list[tuple[str, str]]:
        """Agency and pack, where an agency names one that is not installed."""
        named = ((row.id, law_of(row.details).get("pack")) for row in self.operation.agencies)
        return [(key, name) for key, name in named if name is not None and pack_by_id(name) is None]

    @cached_property
    def suspects(self) -> tuple[Suspect, ...]:
        """Those who are to be arrested: all but who is chargeable no more and marked so."""
        return tuple(row for row in self.operation.suspects if self.act_of(row) != NO_ARREST)

    def act_of(self, suspect: Suspect) -> str | None:
        """The measure; None where it is unknown, as where somebody with a valid warrant is said not to be arrested."""
        act = law_of(suspect.details).get("facts", {}).get("act")
        return None if act == NO_ARREST and self.operation.is_chargeable(suspect) else act

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """The doors behind which somebody is to be arrested."""
        return tuple(row for row in self.operation.sites if row.id in self._behind)

    @cached_property
    def _behind(self) -> dict[str, list[Suspect]]:
        found: dict[str, list[Suspect]] = {}
        for row in self.suspects:
            found.setdefault(row.site, []).append(row)
        return found

    @cached_property
    def hosts(self) -> dict[str, tuple[str, ...]]:
        """Host agency -> the cities for which it is asked: those of doors outside the case agency's own cities."""
        if self.case_agency is None:
            return {}
        found: dict[str, tuple[str, ...]] = {}
        for city in dict.fromkeys(row.city for row in self.sites):
            if city not in self.case_agency.cities and (host := self._host(city)) is not None:
                found[host] = (*found.get(host, ()), city)
        return found

    def _host(self, city: str) -> str | None:
        local = [row for row in self.operation.agencies if city in row.cities]
        return min(local, key=lambda row: LEVELS.index(row.level)).id if local else None

    def _is_away(self, city: str) -> bool | None:
        return None if self.case_agency is None else city not in self.case_agency.cities

    def _of_suspect(self, row: Suspect, pack: LawPack) -> dict[str, Any]:
        given = law_of(row.details).get("facts", {})
        born, day = row.born, self.operation.h_hour.date()
        age = day.year - born.year - ((day.month, day.day) <= (born.month, born.day))
        nation, language, deaf = given.get("nationality"), given.get("language"), given.get("deaf_or_mute")
        needs_interpreter = True if deaf else None if language is None else language not in pack.languages
        site = self.operation.sites_by_id.get(row.site)
        return {
            "act": self.act_of(row),
            "age": age,
            "sex": row.sex,
            "foreign": None if nation is None else nation != pack.country,
            "interpreter_needed": needs_interpreter,
            "out_of_area": self._is_away(site.city) if site is not None else None,
            "warrant_matches": self._warrant_matches(row),
            "warrant_shared": sum(self._num_warrants[number] - 1 for number in self._numbers(row)),
            **self._planned(row),
        }

    @cached_property
    def _warrant_kinds(self) -> set[str]:
        return {paper.id for paper in self.pack.papers if paper.allows_arrest and paper.is_numbered}

    @cached_property
    def _num_warrants(self) -> Counter[str]:
        return Counter(number for row in self.suspects for number in self._numbers(row))

    def _numbers(self, row: Suspect) -> set[str]:
        """The numbers of the held papers that allow the suspect's arrest."""
        papers = law_of(row.details).get("papers", ())
        return {paper["number"] for paper in papers if is_warrant(paper, self._warrant_kinds)}

    def _warrant_matches(self, row: Suspect) -> bool:
        """Whether the register's warrant is the paper that allows the arrest; true where no such paper is held."""
        kinds = {paper.id for paper in self.pack.papers if paper.allows_arrest}
        held = [paper for paper in law_of(row.details).get("papers", ()) if is_warrant(paper, kinds)]
        number = row.warrant.number if row.warrant is not None else None
        return not held or any(paper.get("number") == number for paper in held)

    def _planned(self, row: Suspect) -> dict[str, Any]:
        """What the plan says of the suspect; nothing is known of one whom it does not arrest."""
        if self.plan is None or (raid := self.plan.raids_by_site.get(row.site)) is None:
            return {}
        if row.id in self.plan.reason_by_suspect:
            return {}
        delivery = self.plan.deliveries_by_suspect.get(row.id)
        talk = self.plan.interviews_by_suspect.get(row.id)
        squad, recused = raid[0].officers, set(law_of(row.details).get("facts", {}).get("recused", ()))
        present = {*squad, *(talk.officers if talk is not None else ())}
        return {
            "women_at_door": self._women(squad),
            "women_on_escort": self._women(delivery[0].going_on[0]) if delivery is not None else None,
            "officers_on_escort": self._sworn(delivery[0].going_on[0]) if delivery is not None else None,
            "interviewers": self._sworn(talk.officers) if talk is not None else None,
            "women_in_interview": self._women(talk.officers) if talk is not None else None,
            "recused_present": len(recused & present),
        }

    def _sworn(self, officers: tuple[str, ...]) -> int:
        """How many of them count as investigators: auxiliary police do not."""
        known = self.operation.officers_by_id
        return sum(1 for one in set(officers) if one not in known or not is_auxiliary(known[one].details))

    def _women(self, officers: tuple[str, ...]) -> int:
        known = self.operation.officers_by_id
        return sum(1 for officer in officers if officer in known and known[officer].sex == "F")

    def _of_site(self, row: Site) -> dict[str, Any]:
        given = law_of(row.details).get("facts", {})
        behind = self._behind[row.id]
        devices, kits, restraints = (given.get(name) for name in ("devices", "seal_kits", "restraints"))
        raid = self.plan.raids_by_site.get(row.id) if self.plan is not None else None
        return {
            "risk": row.risk,
            "out_of_area": self._is_away(row.city),
            "suspects": len(behind),
            "women": sum(s.sex == "F" for s in behind),
            "minors": sum(is_child(self.operation, s) for s in behind),
            **self._acts(behind),
            "kits_missing": None if devices is None or kits is None else max(0, devices - kits),
            "restraints_missing": None if restraints is None else max(0, len(behind) - restraints),
            **({} if raid is None else self._at_door(raid[0].officers)),
        }

    def _at_door(self, squad: tuple[str, ...]) -> dict[str, int]:
        return {"officers_at_door": self._sworn(squad), "women_at_door": self._women(squad)}

    def _acts(self, suspects: list[Suspect]) -> dict[str, int]:
        acts = [self.act_of(row) for row in suspects]
        return {"detains": acts.count("detain"), "arrests": acts.count("arrest")}

    def _of_host(self, row: Agency, cities: tuple[str, ...]) -> dict[str, Any]:
        is_abroad = law_of(row.details).get("pack", self.pack.id) != self.pack.id
        sites = [site for site in self.sites if site.city in cities]
        behind = [suspect for site in sites for suspect in self._behind[site.id]]
        local = {one.id for one in self.operation.agencies if set(cities) & set(one.cities)}
        return {
            "host": not is_abroad,
            "abroad": is_abroad,
            "suspects": len(behind),
            **self._acts(behind),
            "summons": sum(self.act_of(one) in ("summon", "force") for one in behind),
            "searches": sum(law_of(site.details).get("facts", {}).get("search") is True for site in sites),
            "exams": sum(site.exam for site in sites),
            "local_officers": sum(
                officer.agency in local and not is_auxiliary(officer.details) for officer in self.operation.officers
            ),
        }


def is_auxiliary(details: Details) -> bool:
    """Whether the officer is auxiliary police (辅警), who is no investigator: the descriptive fact `auxiliary`."""
    return details.get("auxiliary") in (True, "yes", "是")


def is_warrant(paper: Mapping[str, Any], kinds: set[str]) -> bool:
    """Whether the paper is held and of a kind that allows an arrest."""
    return paper.get("kind") in kinds and paper.get("state") == "held" and "number" in paper
