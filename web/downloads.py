"""Files that are handed out under a name, whatever the name is made of."""

import re
from io import BytesIO

from flask import Response, send_file

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_NAME = 100  # signs; some file systems take 255 bytes, and a Han letter takes three
# What some system takes for a path, a wildcard or a device, and what a head of an answer cannot hold.
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+')


def download(content: bytes, mimetype: str, name: str, ending: str) -> Response:
    """The content as a file of this name and ending; what no file's name can hold becomes a dash."""
    return send_file(BytesIO(content), mimetype, as_attachment=True, download_name=f"{plain_name(name)}.{ending}")


def file_name(mark: str, *parts: str) -> str:
    """The parts of a file's name that there are, after its mark ("EXERCISE · DRAFT"), which may be ""."""
    return "-".join(filter(None, (*mark.split(" · "), *parts)))


def plain_name(name: str) -> str:
    """The name as every system takes it for a file; what no file's name can hold becomes a dash."""
    return _UNFIT.sub("-", name)[:MOST_NAME].strip(" .") or "h-hour"
