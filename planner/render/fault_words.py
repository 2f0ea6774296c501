"""What is wrong with a file or a document, in the reader's language.

The rooms that find faults say them in English, each from one of these sentences; here a sentence is known again by
its fixed words, translated, and given its values back.
"""

import re
from functools import cache

from planner.render.words import word

HINT = "; did you mean {word}?"
SEVERAL = "; several are called so: {ids}"
SENTENCES = (
    "is missing",
    "may not be null",
    "is empty",
    "is no object",
    "unknown key",
    "stands twice in one object",
    "holds half a character (a lone surrogate)",
    "holds a character that is no text (NUL)",
    "{value} is no whole number",
    "{value} is no whole number from {least} to {most}",
    "{value} is no number",
    "{value} is no number of degrees",
    "{value} is not from {least} to {most}",
    "{value} is neither true nor false",
    "{value} is no text",
    "{value} is none of {words}",
    "{value} is no list",
    "{value} is no list of rows",
    "{value} is no list of ids",
    "{value} is no list of minutes",
    "{value} is no list of two sites",
    "{value} is no object",
    "{value} is no object of descriptive facts",
    "{value} is no object of word and number",
    "{value} is no id",
    "{value} is no id; a plan may leave its operation out",
    "{value} is no date such as 1990-05-31",
    "{value} is no day of the calendar",
    "{value} is no ISO 8601 time such as 2026-04-01T06:00:00+08:00",
    "{value} lacks its offset, such as +08:00",
    "{value} holds a control character at position {position}",
    "has {number} characters; {most} are the most",
    "{lat} is no latitude, and lon is {lon}: swapped?",
    "{lat} lies far from all others, and lon is {lon}: swapped?",
    "{value} is not within {most} degrees",
    "{value} is not within {most} years before H",
    "{value}: the year is not from {least} to {most}",
    "{value} stands already in {place}",
    "{value} stands {number} times",
    "the way from {source} to {target} stands already in {place}",
    "says the same as {place}",
    "{name} was taken for {id}",
    "{name} was taken for the city {city}",
    "{name} is a new city; known are {cities}",
    "unknown city {name}",
    "{id} was {old} ({before}) and becomes {new} ({after}): another person?",
    "is called as {other} of the same agency is: one person twice?",
    "is called as {other}, born on the same day: one person twice?",
    "has the label of {other}: one vehicle twice?",
    "has the address of {other}: one door twice?",
    "links {id} with itself",
    "{skill} is a skill that neither doctrine nor a site asks for ({count} officers)",
    "the minutes are {ratio} times those of the great circle, in the median: are they seconds?",
    "the minutes are {ratio} times those of the great circle, in the median: are they metres?",
    "the minutes are {ratio} times those of the great circle, in the median: in which unit are they?",
    "{count} ways of 0 minutes lead between points that are apart, the first from {a} to {b}",
    "unknown agency {name}",
    "unknown place {name}",
    "unknown officer {name}",
    "unknown site {name}",
    "unknown suspect {name}",
    "unknown place or site {name}",
    "a pin has one of these sets of keys: {forms}",
    "{value} is not true; to lift a pin, leave it out",
    'must be "matrix" or "great_circle", not {value}',
    "must be {schema}, not {value}",
    "must be {schema}",
    "is missing; it must be {schema}",
    "has {rows} rows for {number} ids",
    "has {columns} columns for {number} ids",
    "has more faults; the first {number} are listed",
    "is no JSON object with the schema {schema}, but {value}",
    "not UTF-8 at byte {position}",
    "not JSON at line {line}, column {column}: {why}",
    "{value} is no number; JSON knows none such",
    "{value} is too large a number",
    "nested too deeply: an operation or a plan has no more than {most} levels",
    "there is no such table",
    "there is no such row to remove",
    "there is no such row",
    "there is such a row already: take another id",
    "the travel table has no such point to leave out",
    "the plan does not raid it, so there is nothing to lock",
    "{value} is no number of minutes from H, such as 30 or H-15",
    "{value} is no figure of the doctrine",
    "{value} is no moment with an offset, such as 2026-04-01T06:00+08:00",
    "{value} is not whole minutes from {other}",
    "the operation runs: its hour cannot move any more",
    "its row has the key {key}: remove the one, add the other",
    "only {keys} can be set",
    # Of uploads.
    "The file is empty.",
    "The file is larger than {most} MB. Send the tables in several files.",
    "The file unpacks to more than {most} MB. It was not opened.",
    "The file unpacks to far more than a file of tables does. It was not opened.",
    "The file is protected by a password. Remove the password in Excel and send it again.",
    "This is a file of an old Excel (.xls). Save it as .xlsx and send that.",
    "This is no workbook but another kind of Office file. Save the tables as .xlsx or CSV.",
    "The workbook holds macros. Save it as .xlsx without macros and send that.",
    "The file is broken: it cannot be unpacked. Save it again and send it once more.",
    "A sheet is too large: at most {rows} rows, {columns} columns and {cells} cells are read.",
    "The workbook holds XML that no spreadsheet program writes. It was not opened.",
    "The file is neither UTF-8 nor GB18030 text. Save it as CSV UTF-8 or as .xlsx.",
    "The CSV cannot be read at line {line}: {why}.",
    "The archive holds no CSV file. Send .xlsx, .csv, .json, or a zip of CSV files.",
    "The file holds none of the tables: name a sheet after its table, or use the template's headings.",
    "The travel matrix has more points than a sheet has columns. Export as JSON.",
    "The sheet was left out: its headings are those of no table.",
    "The sheet was left out: it could be {one} or {other}. Name it after the table.",
    "The column was left out: no such column is known.",
    "The column was left out: it has no heading.",
    "Two columns are the same: remove one of them.",
    "The heading row was not found: it has at least {columns}.",
    "The ids of the first row and of the first column are not the same.",
    "The number was read as the day {day}.",
    "The operation keeps its own id; the file's is left out.",
    "{count} times had no offset from UTC; {offset} was taken.",
    "{count} days had no hour; the end of the day was taken.",
    "{count} clock times had no day; that of H was taken.",
    "{text} is a clock time, and there is no H yet: give minutes from H, or set H first",
    "{text} is no time of day",
    "{day} has no hour",
    "{text} may be thousands or decimals: write it without the comma",
    "names a side of the globe that this column does not have",
    "has a sign and a side of the globe: one of them is too much",
    "has decimals before its last part",
    "has 60 or more minutes or seconds",
    "holds a sign that only its own computer knows ({code}): type it again",
    "The text was read as Big5, as Hong Kong and Taiwan write it.",
    "{cells} are merged: the value counts for each of these rows.",
    "{cells} are merged across columns: part them and fill each cell.",
    "{cells} are merged: part them and fill each cell.",
    "The row was left out: it is one text over several columns.",
    "The row was left out: it is a total or a note, no row of the table.",
    "Rows {rows} are hidden and were read all the same.",
    "Columns {columns} are hidden and were read all the same.",
    "The sheet is hidden and was left out.",
    "the cell holds a formula that was never computed: open the file in Excel and save it, or type the value",
    "{count} cells are empty or say closed: these ways were taken as closed.",
    "{count} fractions of a minute were rounded up.",
    "The sheet has more than one row; only the first operation is read.",
    "the column is missing, and new rows need it",
    "the cell holds Excel's error {error}",
    "Excel has made a date of it ({value}): format the cell as text and type it again",
    "Excel keeps 15 digits of a number, the rest is lost: format the cell as text and type it again",
    "{value} is no skill with a number such as entry 2",
    "{value} is no JSON object of facts",
    "{value} stands twice",
    "{lat} and {lon}: latitude and longitude are swapped",
    "lies {km} km from the nearest place of {city}",
    "{site} has the same address, and the two points differ by exactly the shift between {one} and {other}: one of "
    "them is in the wrong datum",
    "is the point of {site}, the old address: a new address has its own",
    "is changed, and the point is still that of {address}: confirm the point, or move it",
    "is {metres} m from the same row's other point: latitude and longitude are read in {datum}",
    "what was given and the WGS-84 point beside it are {metres} m apart: which one is right?",
    "moves by exactly the shift between {one} and {other}: is the datum right?",
    "The file could not be read; the program's log has the details.",
    "The file takes more time or memory to read than one file may have. Send the tables in several files.",
    "takes {number} bytes as a key; {most} are the most",
    # What would be right.
    "an id: letters, digits and signs on one line",
    "an id that stands in its own table",
    "text on one line",
    "a whole number",
    "a number",
    "decimal degrees such as 30.6586",
    "words separated by semicolons",
    "words with numbers such as entry 2; medic 1",
    "a date and time with its offset such as 2026-04-01 06:00 +08:00",
    "a date such as 1990-05-31",
    "whole minutes, or closed",
    "whole minutes from H, or a clock time such as 2026-04-01 03:00",
)
_VALUE = re.compile(r"{(\w+)}")


def fault_said(message: str, lang: str) -> str:
    """The message in the language; one that no sentence fits stays as it is."""
    if lang == "en" or not message:
        return message
    for hint in (HINT, SEVERAL):
        if found := _pattern(hint, before="(?P<told>.*)").fullmatch(message):
            told = found.groupdict()
            return fault_said(told.pop("told"), lang) + word(hint, lang).format(**told)
    sentence = sentence_of(message)
    if sentence is None:
        return message
    values = _pattern(sentence).fullmatch(message)
    assert values is not None, "the sentence was found by this pattern"
    return word(sentence, lang).format(**values.groupdict())


def sentence_of(message: str) -> str | None:
    """The sentence that the message was made from: of those that fit, the one with the most fixed words."""
    return next((sentence for sentence in _by_length() if _pattern(sentence).fullmatch(message)), None)


@cache
def _by_length() -> tuple[str, ...]:
    return tuple(sorted(SENTENCES, key=lambda sentence: -len(_VALUE.sub("", sentence))))


@cache
def _pattern(sentence: str, before: str = "") -> re.Pattern[str]:
    parts = _VALUE.split(sentence)
    texts = (f"(?P<{part}>.*?)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
    return re.compile(before + "".join(texts), re.DOTALL)
