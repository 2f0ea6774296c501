"""Files in a zip, whose bytes depend on their names and contents alone."""

import zipfile
from collections.abc import Mapping
from io import BytesIO


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip, in their order."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()
