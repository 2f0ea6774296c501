"""iCalendar (RFC 5545): each unit's tasks. Calendars leave the building by way of phones: no address is in them."""

from icalendar import Calendar, Event

from planner.exports.field import FieldPlan, FieldTrack
from planner.exports.packing import zip_of
from planner.render.page_marks import State

STATUS: dict[State, str] = {"draft": "TENTATIVE", "approved": "CONFIRMED", "void": "CANCELLED"}


def calendars(field: FieldPlan, number: int) -> bytes:
    """A zip of one calendar for each unit; `number` counts the plans: a later one replaces what is in a calendar.

    Of a draft the events are tentative, of a void plan cancelled.
    """
    return zip_of({f"{field.file_name(t.unit.id)}.ics": _calendar(field, t, number) for t in field.tracks if t.steps})


def _calendar(field: FieldPlan, track: FieldTrack, number: int) -> bytes:
    calendar, is_void = Calendar(), field.state == "void"
    calendar.add("prodid", "-//H-Hour//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_void else "PUBLISH")
    calendar.add("x-wr-calname", field.marked(track.unit.id))
    for n, step in enumerate(track.steps):
        event = Event()
        event.add("uid", field.uid("calendar", track.unit.id, step.task, n))
        event.add("sequence", 2 * number + is_void)  # a cancellation is later than what it cancels
        event.add("dtstamp", field.moment(0))
        event.add("dtstart", field.moment(step.start))
        event.add("dtend", field.moment(max(step.end, step.start)))
        event.add("summary", field.marked(f"{track.unit.id}: {field.task(step.task)}"))
        event.add("status", STATUS[field.state])
        event.add("class", "CONFIDENTIAL")
        if step.point.kind != "site":
            event.add("location", f"{step.point.name} · MGRS {step.point.grid}")
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
