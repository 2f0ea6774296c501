"""Marshmallow fields of a pack file: conditions, durations, clock times, texts in both languages."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from marshmallow import ValidationError
from marshmallow.fields import Field

from planner.files.fault import did_you_mean, quote
from planner.files.fields import Text, wrong
from planner.files.law_details import GivenFact
from planner.law.conditions import OPERATORS, ORDER_OPERATORS, Condition, FactComparison, JoinedCondition, Negation
from planner.law.pack import NEXT_DAY, BilingualText, Limit

NOT_VERIFIED = "not verified"
DURATION = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?)?")
CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
MOST_DEEP = 10  # conditions within conditions


class SaidField(Field[BilingualText]):
    """A text in both languages."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> BilingualText:
        if not isinstance(value, dict) or set(value) != {"en", "zh"}:
            raise wrong("both-languages")
        faults: dict[str, Any] = {}
        for lang, text in value.items():
            try:
                Text().deserialize(text)
            except ValidationError as error:
                faults[lang] = error.messages
        if faults:
            raise ValidationError(faults)
        return BilingualText(**value)


class TomlDay(Field[date]):
    """A date as TOML has it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise wrong("not-toml-date", value=quote(str(value)))
        return value


class VerifiedOn(Field[date | None]):
    """A date, or the words that there is none."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> date | None:
        if value == NOT_VERIFIED:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise wrong("not-verified-date", value=quote(str(value)))
        return value


class ClockTime(Field[time]):
    """Hours and minutes; 24:00 is midnight."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> time:
        found = CLOCK.fullmatch(value) if isinstance(value, str) else None
        if found is None or (found[1] == "24" and found[2] != "00"):
            raise wrong("not-clock-time", value=quote(value))
        return time(int(found[1]) % 24, int(found[2]))


class LimitField(Field[Limit]):
    """A duration in days, hours and minutes, or the end of the next day."""

    def __init__(self, *, is_duration: bool = False, **more: Any) -> None:
        super().__init__(**more)
        self.is_duration = is_duration

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Limit:
        if value == NEXT_DAY and not self.is_duration:
            return "end_of_next_day"
        found = DURATION.fullmatch(value) if isinstance(value, str) else None
        if found is None or not any(found.groups()):
            raise wrong("not-duration", value=quote(value))
        days, hours, minutes = (int(part or 0) for part in found.groups())
        return timedelta(days=days, hours=hours, minutes=minutes)


class ConditionField(Field[Condition]):
    """A condition about subjects of a table, whose facts are known by `facts`."""

    def __init__(self, table: str, facts: Mapping[str, GivenFact], **more: Any) -> None:
        super().__init__(**more)
        self.table, self.facts = table, facts

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Condition:
        return self._read(value, MOST_DEEP)

    def _read(self, value: Any, deep: int) -> Condition:
        if isinstance(value, dict) and deep:
            if set(value) in ({"all"}, {"any"}):
                ((how, parts),) = value.items()
                if isinstance(parts, list) and parts:
                    return JoinedCondition(how, tuple(self._parts(parts, how, deep)))
            elif set(value) == {"not"}:
                return Negation(self._read(value["not"], deep - 1))
            elif "fact" in value and len(value) == 2:
                return self._compared(value)
        raise wrong("no-comparison", words=", ".join(OPERATORS))

    def _parts(self, parts: list[Any], how: str, deep: int) -> list[Condition]:
        found, faults = [], dict[int, Any]()
        for i, part in enumerate(parts):
            try:
                found.append(self._read(part, deep - 1))
            except ValidationError as error:
                faults[i] = error.messages
        if faults:
            raise ValidationError({how: faults})
        return found

    def _compared(self, value: dict[str, Any]) -> FactComparison:
        name = value["fact"]
        how = next(key for key in value if key != "fact")
        fact = self.facts.get(name) if isinstance(name, str) else None
        if fact is None:
            near = did_you_mean(name, self.facts) if isinstance(name, str) else {}
            raise wrong("no-such-fact", value=quote(name), table=self.table, **near)
        if how not in OPERATORS:
            raise wrong("no-comparison", words=", ".join(OPERATORS))
        wanted = value[how]
        values = wanted if how == "one_of" and isinstance(wanted, list) and wanted else [wanted]
        is_ordering = how in ORDER_OPERATORS
        if (is_ordering and fact.kind != "whole") or not all(_fits(fact, one) for one in values):
            raise wrong("unfit-comparison", value=quote(wanted), fact=name)
        return FactComparison(name, how, tuple(values) if how == "one_of" else wanted)


def _fits(fact: GivenFact, value: Any) -> bool:
    """Whether a fact of this kind can be such a value."""
    match fact.kind:
        case "flag":
            return isinstance(value, bool)
        case "whole":
            return type(value) is int
        case "choice":
            return value in fact.words
        case "text":
            return isinstance(value, str)
        case _:
            return False
