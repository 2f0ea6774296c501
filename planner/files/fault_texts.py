"""What each code of a fault or a remark says, and what would be right: the one place of these sentences.

A value in braces is given with the code. `near` and `several`, where they are given, follow the sentence as a hint.
"""

from collections.abc import Mapping

from planner.i18n import N_, gettext

Value = str | int | float
NEAR = N_("; did you mean {near}?")
SEVERAL = N_("; several are called so: {several}")
OF_FIELDS = {
    "missing": N_("is missing"),
    "null": N_("may not be null"),
    "empty": N_("is empty"),
    "not-object": N_("is no object"),
    "value-not-object": N_("{value} is no object"),
    "unknown-key": N_("unknown key"),
    "key-twice": N_("stands twice in one object"),
    "half-character": N_("holds half a character (a lone surrogate)"),
    "nul": N_("holds a character that is no text (NUL)"),
    "not-whole": N_("{value} is no whole number"),
    "not-whole-within": N_("{value} is no whole number from {least} to {most}"),
    "not-number": N_("{value} is no number"),
    "not-degrees": N_("{value} is no number of degrees"),
    "not-within": N_("{value} is not from {least} to {most}"),
    "not-flag": N_("{value} is neither true nor false"),
    "not-text": N_("{value} is no text"),
    "none-of": N_("{value} is none of {words}"),
    "not-list": N_("{value} is no list"),
    "not-rows": N_("{value} is no list of rows"),
    "not-ids": N_("{value} is no list of ids"),
    "not-minutes": N_("{value} is no list of minutes"),
    "not-two-sites": N_("{value} is no list of two sites"),
    "not-details": N_("{value} is no object of descriptive facts"),
    "not-counts": N_("{value} is no object of word and number"),
    "not-id": N_("{value} is no id"),
    "not-operation-id": N_("{value} is no id; a plan may leave its operation out"),
    "not-date": N_("{value} is no date such as 1990-05-31"),
    "not-calendar": N_("{value} is no day of the calendar"),
    "not-instant": N_("{value} is no ISO 8601 time such as 2026-04-01T06:00:00+08:00"),
    "no-offset": N_("{value} lacks its offset, such as +08:00"),
    "unknown-zone": N_("{value} is no time zone of the IANA database, such as Asia/Shanghai"),
    "other-offset": N_("clocks in {zone} are at UTC{offset} at H, but H is given in UTC{own}"),
    "control-character": N_("{value} holds a control character at position {position}"),
    "too-long": N_("has {number} characters; {most} are the most"),
    "not-latitude": N_("{lat} is no latitude, and lon is {lon}: swapped?"),
    "far-off": N_("{lat} lies far from all others, and lon is {lon}: swapped?"),
    "beyond-degrees": N_("{value} is not within {most} degrees"),
    "beyond-age": N_("{value} is not within {most} years before H"),
    "beyond-years": N_("{value}: the year is not from {least} to {most}"),
    "not-true": N_("{value} is not true; to lift a pin, leave it out"),
    "pin-keys": N_("a pin has one of these sets of keys: {forms}"),
}
OF_ROWS = {
    "id-taken": N_("{value} stands already in {place}"),
    "times": N_("{value} stands {number} times"),
    "leg-taken": N_("the way from {source} to {target} stands already in {place}"),
    "same-row": N_("says the same as {place}"),
    "unknown-agency": N_("unknown agency {name}"),
    "unknown-place": N_("unknown place {name}"),
    "unknown-officer": N_("unknown officer {name}"),
    "unknown-site": N_("unknown site {name}"),
    "unknown-suspect": N_("unknown suspect {name}"),
    "unknown-point": N_("unknown place or site {name}"),
    "unknown-city": N_("unknown city {name}"),
    "unknown-vehicle": N_("unknown vehicle {name}"),
    "unknown-team": N_("unknown team {name}"),
    "unknown-squad": N_("unknown squad {name}"),
    "unknown-unit": N_("unknown unit {name}"),
    "name-taken-for": N_("{name} was taken for {id}"),
    "city-taken-for": N_("{name} was taken for the city {city}"),
    "new-city": N_("{name} is a new city; known are {cities}"),
    "another-person": N_("{id} was {old} ({before}) and becomes {new} ({after}): another person?"),
    "same-officer": N_("is called as {other} of the same agency is: one person twice?"),
    "same-suspect": N_("is called as {other}, born on the same day: one person twice?"),
    "same-vehicle": N_("has the label of {other}: one vehicle twice?"),
    "same-address": N_("has the address of {other}: one door twice?"),
    "self-link": N_("links {id} with itself"),
    "idle-skill": N_("{skill} is a skill that neither doctrine nor a site asks for ({count} officers)"),
    "matrix-rows": N_("has {rows} rows for {number} ids"),
    "matrix-columns": N_("has {columns} columns for {number} ids"),
    "matrix-seconds": N_("the minutes are {ratio} times those of the great circle, in the median: are they seconds?"),
    "matrix-metres": N_("the minutes are {ratio} times those of the great circle, in the median: are they metres?"),
    "matrix-unit": N_(
        "the minutes are {ratio} times those of the great circle, in the median: in which unit are they?"
    ),
    "matrix-zeros": N_("{count} ways of 0 minutes lead between points that are apart, the first from {a} to {b}"),
    "swapped": N_("{lat} and {lon}: latitude and longitude are swapped"),
    "far-from-city": N_("lies {km} km from the nearest place of {city}"),
    "wrong-datum": N_(
        "{site} has the same address, and the two points differ by exactly the shift between {one} and {other}: "
        "one of them is in the wrong datum"
    ),
    "moved-by-shift": N_("moves by exactly the shift between {one} and {other}: is the datum right?"),
    "points-apart": N_("what was given and the WGS-84 point beside it are {metres} m apart: which one is right?"),
    "other-point-apart": N_(
        "is {metres} m from the same row's other point: latitude and longitude are read in {datum}"
    ),
    "point-of-old-address": N_("is changed, and the point is still that of {address}: confirm the point, or move it"),
    "point-of-other": N_("is the point of {site}, the old address: a new address has its own"),
}
OF_DOCUMENTS = {
    "kind-of-travel": N_('must be "matrix" or "great_circle", not {value}'),
    "other-schema": N_("must be {schema}, not {value}"),
    "schema": N_("must be {schema}"),
    "no-schema": N_("is missing; it must be {schema}"),
    "more-faults": N_("has more faults; the first {number} are listed"),
    "not-document": N_("is no JSON object with the schema {schema}, but {value}"),
    "not-utf-8": N_("not UTF-8 at byte {position}"),
    "not-json": N_("not JSON at line {line}, column {column}: {why}"),
    "no-json-number": N_("{value} is no number; JSON knows none such"),
    "huge-number": N_("{value} is too large a number"),
    "too-deep": N_("nested too deeply: an operation or a plan has no more than {most} levels"),
    "limit-not-whole": N_("H_HOUR_MAX_BYTES is {value}, no whole number of bytes"),
    "larger-than": N_("larger than {most} bytes; H_HOUR_MAX_BYTES sets the limit"),
    "cannot-be-read": N_("cannot be read: {why}"),
}
OF_ROADS = {
    "not-roads": N_("{value} is no setting of roads"),
    "roads-stale": N_("is still being computed on roads: ask again in a moment; the travel page shows the progress"),
    "roads-failed": N_("could not be computed on roads: the travel page says why"),
    "roads-point": N_("does not join the roads for sure: move the point, or confirm it on the travel page"),
}
OF_EDITS = {
    "not-edits": N_("{value} is no list of edits"),
    "edit-form": N_('is not of the form {{"table": ..., "put": row}} or {{"table": ..., "drop": key}}'),
    "not-table": N_("{value} is no table"),
    "drop-by-key": N_("what is dropped is named by its key"),
    "not-row": N_("{value} is no row"),
    "one-figure": N_("one figure is put at a time"),
    "no-table": N_("there is no such table"),
    "kind-fixed": N_("plans exist already: copy the operation to change it into an exercise or back"),
    "reference-taken": N_("another operation has the reference {id}"),
    "waiver-elsewhere": N_("a waiver is granted on the page Law, by a commander"),
    "pack-elsewhere": N_("the law pack is changed or removed on the page Law, by a commander, with a reason"),
    "no-row-to-remove": N_("there is no such row to remove"),
    "no-row": N_("there is no such row"),
    "not-in-list": N_("{value} names nothing here: choose from the list"),
    "several-rows": N_("{value} may be several: {some}; choose one"),
    "too-many-names": N_("more than {most} names: paste them in parts"),
    "no-cells-at-base": N_("no vehicle with cells stands at {base}"),
    "no-officers-of": N_("{agency} has no officers"),
    "not-percent": N_("{value} is no percentage from 1 to 100"),
    "row-taken": N_("there is such a row already: take another id"),
    "no-point-in-travel": N_("the travel table has no such point to leave out"),
    "minutes-form": N_("minutes on roads need a travel matrix, and every cell of each new point"),
    "one-travel-table": N_("there is one travel table, whose key is travel"),
    "figure-form": N_("a figure is put as an object with the key value"),
    "not-raided": N_("the plan does not raid it, so there is nothing to lock"),
    "not-two-squads": N_("two different squads are needed"),
    "squad-or-team": N_("either a squad or a team is named"),
    "commander-leaves": N_("{officer} commands {team}: name another commander first"),
    "site-has-begun": N_("the raid on {site} has begun"),
    "squad-has-begun": N_("{squad} has begun: its officers, vehicles and tasks stay"),
    "start-is-past": N_("minute {start} lies before now, which is {now} minutes from H"),
    "team-has-squads": N_("{team} still has squads: move or dissolve them first"),
    "not-day-and-hour": N_("{value} is no date and time, such as 2026-04-08 or 2026-04-08 18:00"),
    "not-minute": N_("{value} is no number of minutes from H, such as 30 or H-15"),
    "not-figure": N_("{value} is no figure of the doctrine"),
    "not-datum": N_("{value} is no datum"),
    "not-moment": N_("{value} is no moment with an offset, such as 2026-04-01T06:00+08:00"),
    "not-whole-minutes": N_("{value} is not whole minutes from {other}"),
    "hour-runs": N_("the operation runs: its hour cannot move any more"),
    "other-key": N_("its row has the key {key}: remove the one, add the other"),
    "long-key": N_("takes {number} bytes as a key; {most} are the most"),
    "only-keys": N_("only {keys} can be set"),
    "other-operation": N_("the plan is of {value}, not of {other}"),
}
OF_UPLOADS = {
    "file-empty": N_("The file is empty."),
    "file-large": N_("The file is larger than {most} MB. Send the tables in several files."),
    "unpacks-large": N_("The file unpacks to more than {most} MB. It was not opened."),
    "unpacks-dense": N_("The file unpacks to far more than a file of tables does. It was not opened."),
    "password": N_("The file is protected by a password. Remove the password in Excel and send it again."),
    "old-excel": N_("This is a file of an old Excel (.xls). Save it as .xlsx and send that."),
    "other-office": N_("This is no workbook but another kind of Office file. Save the tables as .xlsx or CSV."),
    "macros": N_("The workbook holds macros. Save it as .xlsx without macros and send that."),
    "broken": N_("The file is broken: it cannot be unpacked. Save it again and send it once more."),
    "too-many-cells": N_("A sheet is too large: at most {rows} rows, {columns} columns and {cells} cells are read."),
    "strange-xml": N_("The workbook holds XML that no spreadsheet program writes. It was not opened."),
    "unknown-encoding": N_("The file is neither UTF-8 nor GB18030 text. Save it as CSV UTF-8 or as .xlsx."),
    "wrong-csv": N_("The CSV cannot be read at line {line}: {why}."),
    "no-csv": N_("The archive holds no CSV file. Send .xlsx, .csv, .json, or a zip of CSV files."),
    "no-tables": N_("The file holds none of the tables: name a sheet after its table, or use the template's headings."),
    "matrix-wide": N_("The travel matrix has more points than a sheet has columns. Export as JSON."),
    "reading-failed": N_("The file could not be read; the program's log has the details."),
    "too-much": N_(
        "The file takes more time or memory to read than one file may have. Send the tables in several files."
    ),
}
OF_SHEETS = {
    "sheet-of-no-table": N_("The sheet was left out: its headings are those of no table."),
    "sheet-of-either": N_("The sheet was left out: it could be {one} or {other}. Name it after the table."),
    "sheet-hidden": N_("The sheet is hidden and was left out."),
    "no-headings": N_("The heading row was not found: it has at least {columns}."),
    "unknown-column": N_("The column was left out: no such column is known."),
    "no-heading": N_("The column was left out: it has no heading."),
    "column-twice": N_("Two columns are the same: remove one of them."),
    "no-column": N_("the column is missing, and new rows need it"),
    "matrix-ids": N_("The ids of the first row and of the first column are not the same."),
    "as-a-day": N_("The number was read as the day {day}."),
    "keeps-id": N_("The operation keeps its own id; the file's is left out."),
    "more-operations": N_("The sheet has more than one row; only the first operation is read."),
    "offset-taken": N_("{count} times had no offset from UTC; {offset} was taken."),
    "end-of-day-taken": N_("{count} days had no hour; the end of the day was taken."),
    "day-of-h-taken": N_("{count} clock times had no day; that of H was taken."),
    "as-closed": N_("{count} cells are empty or say closed: these ways were taken as closed."),
    "rounded-up": N_("{count} fractions of a minute were rounded up."),
    "as-big5": N_("The text was read as Big5, as Hong Kong and Taiwan write it."),
    "merged-down": N_("{cells} are merged: the value counts for each of these rows."),
    "merged-across": N_("{cells} are merged across columns: part them and fill each cell."),
    "merged-matrix": N_("{cells} are merged: part them and fill each cell."),
    "merged-title": N_("The row was left out: it is one text over several columns."),
    "total": N_("The row was left out: it is a total or a note, no row of the table."),
    "hidden-rows": N_("Rows {rows} are hidden and were read all the same."),
    "hidden-columns": N_("Columns {columns} are hidden and were read all the same."),
}
OF_CELLS = {
    "clock-without-h": N_("{text} is a clock time, and there is no H yet: give minutes from H, or set H first"),
    "not-clock": N_("{text} is no time of day"),
    "no-hour": N_("{day} has no hour"),
    "thousands": N_("{text} may be thousands or decimals: write it without the comma"),
    "other-side": N_("names a side of the globe that this column does not have"),
    "sign-and-side": N_("has a sign and a side of the globe: one of them is too much"),
    "early-decimals": N_("has decimals before its last part"),
    "sixty": N_("has 60 or more minutes or seconds"),
    "private-sign": N_("holds a sign that only its own computer knows ({code}): type it again"),
    "no-result": N_(
        "the cell holds a formula that was never computed: open the file in Excel and save it, or type the value"
    ),
    "excel-error": N_("the cell holds Excel's error {error}"),
    "excel-date": N_("Excel has made a date of it ({value}): format the cell as text and type it again"),
    "excel-digits": N_(
        "Excel keeps 15 digits of a number, the rest is lost: format the cell as text and type it again"
    ),
    "not-skill-count": N_("{value} is no skill with a number such as entry 2"),
    "not-facts": N_("{value} is no JSON object of facts"),
    "word-twice": N_("{value} stands twice"),
}
OF_PACKS = {
    "too-many-items": N_("has {number} entries; {most} are the most"),
    "no-comparison": N_("a condition has all, any, not, or a fact with one of {words}"),
    "no-such-fact": N_("{value} is no fact of {table}"),
    "unfit-comparison": N_("{value} does not compare with the fact {fact}"),
    "item-twice": N_("{value} stands twice in the pack"),
    "not-duration": N_("{value} is no duration such as PT24H, nor end_of_next_day"),
    "not-clock-time": N_("{value} is no clock time such as 21:00"),
    "not-verified-date": N_('{value} is neither a date nor "not verified"'),
    "not-toml-date": N_("{value} is no date"),
    "both-languages": N_("a text has en and zh"),
    "until-before-from": N_("ends before it begins"),
}
OF_REPORTS = {
    "report-not-list": N_("a file of reports is a list of objects"),
    "report-none": N_("holds no report"),
    "report-not-uuid": N_("{value} is no id of a report (a UUID)"),
    "report-no-unit": N_("{value} is no unit of the plan"),
    "report-no-site": N_("{value} is no address of this operation"),
    "report-no-suspect": N_("{value} is no suspect of this operation"),
    "report-no-officer": N_("{value} is no officer of this operation"),
    "report-no-vehicle": N_("{value} is no vehicle of this operation"),
    "report-no-place": N_("{value} is no place of this operation"),
    "report-no-event": N_("{value} is no event that is reported of a time limit"),
    "report-no-extension": N_("{value} is no time limit of this suspect that can be extended"),
    "report-extension-by": N_("an extension needs who granted it, and the number of the document"),
    "report-no-date": N_("{value} is no date (2026-04-30)"),
    "report-lost-whom": N_("who or what is lost is missing: an officer or a vehicle"),
    "report-override-why": N_("an override names its condition and has a reason"),
    "report-void-what": N_("which report is withdrawn is missing"),
    "report-in-future": N_("the time is still to come"),
    "report-far-from-h": N_("the time is too far from H"),
    "report-unit-not-planned": N_("{unit} is not a unit of the plan that is in force now"),
    "report-other-door": N_("{site} is not planned for {unit}"),
    "report-suspect-elsewhere": N_("{suspect} was expected at {site}"),
    "report-no-warrant": N_("there is no valid warrant for {suspect}"),
    "report-before-other": N_('"{code}" is reported for an earlier time than "{other}"'),
    "entry-empty": N_("nothing is said"),
    "entry-no-unit": N_("{value} is neither the number nor the call sign of a unit"),
    "replan-other-squad": N_("{site} was entered by {other}: replanning counts it for {unit}, which was to"),
    "replan-second-door": N_("{unit} went straight to {site}: replanning cannot use that, and counts {other} as new"),
    "replan-stranded": N_(
        "{unit} left {site} with {suspects} and may no longer bring them in: no replan keeps every rule (R12 to R16) "
        "before minute {minute}, from which their delivery counts as begun; send somebody by order"
    ),
    "replan-warrant-ends": N_("the warrant of {suspect} ends before {site} is entered at minute {minute}"),
    "replan-too-late": N_("{unit} cannot be at {site} by minute {minute}, the last one for a raid: it is skipped"),
    "replan-nobody-free": N_("no other squad can be at {site} in time: it is skipped"),
    "replan-no-warrant": N_("{suspect} is in custody without a valid warrant: replanning cannot use that"),
    "replan-other-address": N_("{suspect} may be at {site}: replanning can send a squad there"),
    "replan-delivered-elsewhere": N_(
        "{suspect} was delivered to {place}: replanning counts the cell, and not the delivery"
    ),
    "report-before-h": N_('"{code}" is reported for a time before H'),
}
TEXTS: Mapping[str, str] = {
    **(OF_FIELDS | OF_ROWS | OF_DOCUMENTS | OF_ROADS),
    **(OF_EDITS | OF_UPLOADS | OF_SHEETS | OF_CELLS | OF_PACKS | OF_REPORTS),
}
"""Code -> English sentence."""
RIGHT: Mapping[str, str] = {
    "id": N_("an id: letters, digits and signs on one line"),
    "known-id": N_("an id that stands in its own table"),
    "text": N_("text on one line"),
    "whole": N_("a whole number"),
    "number": N_("a number"),
    "value": N_("a number"),
    "degrees": N_("decimal degrees such as 30.6586"),
    "texts": N_("words separated by semicolons"),
    "counts": N_("words with numbers such as entry 2; medic 1"),
    "instant": N_("a date and time with its offset such as 2026-04-01 06:00 +08:00"),
    "day": N_("a date such as 1990-05-31"),
    "minutes": N_("whole minutes, or closed"),
    "clock": N_("whole minutes from H, or a clock time such as 2026-04-01 03:00"),
    "object": N_("facts as a JSON object"),
}
"""Kind of a column -> what would be right in it."""
RULE = "rule"
"""The code of a rule that a plan breaks: the checker's own words, which it has in English alone."""


def text_of(code: str, values: Mapping[str, Value], lang: str) -> str:
    """The sentence of a code in the language, with its values and hint. Raises KeyError for an unknown code."""
    if code == RULE:
        return str(values["broken"])
    hints = [hint for key, hint in (("several", SEVERAL), ("near", NEAR)) if key in values]
    return "".join(gettext(sentence, lang) for sentence in (TEXTS[code], *hints)).format(**values)


def right_text(right: str, lang: str) -> str:
    """What would be right, in the language: the sentence of a kind of column; words of a choice as they stand."""
    return gettext(RIGHT[right], lang) if right in RIGHT else right
