"""iCalendar (RFC 5545): each unit's tasks. Calendars leave the building by way of phones: no address is in them."""

from icalendar import Calendar, Event

from planner.exports.field import FieldPlan, FieldTrack
from planner.exports.packing import zip_of
from planner.render.page_marks import State


def calendars(field: FieldPlan, state: State, number: int) -> bytes:
    """A zip of one calendar for each unit; `number` counts the plans: a later one replaces what is in a calendar.

    Of a void plan the events are cancelled.
    """
    files = {f"{t.unit.id}.ics": _calendar(field, t, state == "void", number) for t in field.tracks if t.steps}
    return zip_of(files)


def _calendar(field: FieldPlan, track: FieldTrack, is_void: bool, number: int) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//H-Hour//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_void else "PUBLISH")
    for n, step in enumerate(track.steps):
        event = Event()
        event.add("uid", field.uid("calendar", track.unit.id, step.task, n))
        event.add("sequence", 2 * number + is_void)  # a cancellation is later than what it cancels
        event.add("dtstamp", field.moment(0))
        event.add("dtstart", field.moment(step.start))
        event.add("dtend", field.moment(max(step.end, step.start)))
        event.add("summary", f"{track.unit.id}: {field.task(step.task)}")
        event.add("status", "CANCELLED" if is_void else "CONFIRMED")
        event.add("class", "CONFIDENTIAL")
        if step.point.kind != "site":
            event.add("location", f"{step.point.name} · MGRS {step.point.grid}")
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
