"""Schemas of what programs are told of their owners' part of an operation, of numbered copies, and of parcels."""

from collections.abc import Mapping
from typing import get_args

from models.copies import CopyState
from models.event_tables import COPY_STAMPS
from planner.papers.registry import PAPERS
from web.api_schemas import FLAG, MOMENT_TEXT, TEXT, WHOLE, Json, listed, maybe, obj, ref
from web.copies import MOST_COPIES, MOST_HOLDER
from web.plan_parcels import FORMS
from web.reader import MOST_KEY
from web.rights import NARROW

_ROLE: Json = {"enum": list(NARROW)}
_FORM: Json = {"enum": list(FORMS)}
_PAPERS = listed({"enum": list(PAPERS)})
_COPY = {
    **{"number": WHOLE, "code": TEXT, "holder": TEXT, "readers": maybe(listed(TEXT)), "documents": listed(TEXT)},
    **{
        "scenario": WHOLE,
        "lang": TEXT,
        "stamp": {"enum": list(COPY_STAMPS)},
        "state": {"enum": list(get_args(CopyState))},
    },
    **{"by": TEXT, "at": MOMENT_TEXT},
}
_HEAD = {"operation": WHOLE, "id": TEXT, "h_hour": MOMENT_TEXT}
_SITE = {"id": TEXT, "address": TEXT, "city": TEXT, "suspects": listed(obj({"id": TEXT, "name": TEXT}))}
PARTS: Mapping[str, Json] = {
    "OwnOperation": obj({**_HEAD, "roles": listed(_ROLE)}),
    "OwnOperations": obj({"total": WHOLE, "operations": listed(ref("OwnOperation"))}),
    "OwnPart": obj({"role": _ROLE, "tied_to": TEXT, "documents": listed(TEXT), "sites": listed(obj(_SITE))}),
    "OwnView": obj({**_HEAD, "is_released": FLAG, "release_at": maybe(MOMENT_TEXT), "parts": listed(ref("OwnPart"))}),
    "Copy": obj(_COPY),
    "CopyFound": obj({"operation": WHOLE, **_COPY}),
    "Copies": obj({"total": WHOLE, "copies": listed(ref("Copy"))}),
    "CopyRequest": obj(
        {"documents": _PAPERS | {"minItems": 1}},
        {"holders": listed(TEXT | {"maxLength": MOST_HOLDER}) | {"maxItems": MOST_COPIES}, "readers": listed(TEXT)},
    ),
    "CopyNumbers": obj({"numbers": listed(WHOLE | {"minimum": 1, "maximum": MOST_KEY})}),
    "CopyRange": obj({name: WHOLE | {"minimum": 1, "maximum": MOST_KEY} for name in ("first", "last")}),
    "CopiesWithdrawn": obj({"withdrawn": WHOLE}),
    "ParcelRequest": obj({"documents": _PAPERS | {"minItems": 1}}, {"readers": listed(TEXT), "form": _FORM}),
    "Parcel": obj(
        {
            **{"parcel": TEXT, "scenario": WHOLE, "form": _FORM, "documents": listed(TEXT)},
            **{"done": WHOLE, "total": WHOLE, "is_ready": FLAG, "failure": TEXT},
        }
    ),
}
