"""The option of the shell that names a file of streets for a map or for sheets."""

from typing import Any

import click

from planner.files import Unreadable, one_line, read_json
from planner.ground import BadGround, MapGround, read_ground


class GroundFile(click.Path):
    """A file as `python -m roads ground` writes it."""

    name = "file"

    def __init__(self) -> None:
        super().__init__(dir_okay=False, exists=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The ground in the file. Fails where it holds none."""
        if isinstance(value, MapGround):
            return value
        path = str(super().convert(value, param, ctx))
        try:
            return read_ground(read_json(path))
        except Unreadable as error:
            return self.fail("; ".join(f"{one_line(path)}: {fault}" for fault in error.faults), param, ctx)
        except BadGround as error:
            return self.fail(f"{one_line(path)}: {error}", param, ctx)


ground_option = click.option(
    "--ground", type=GroundFile(), help="Streets to draw, written by python -m roads ground. Default: none."
)
