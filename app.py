"""The web application and its command line."""

import errno
import sys
from pathlib import Path

import click
from flask import Flask
from waitress import create_server

from planner.files import Unreadable
from web.guard import guard
from web.pages import pages
from web.showing import Showing, read_showing

LOOPBACK = "127.0.0.1"
UNREADABLE = 2
FILE = click.Path(dir_okay=False, path_type=Path)


def create_app(showing: Showing, basemap: str | None = None) -> Flask:
    """An application that shows one plan, to this machine only.

    `basemap` is an XYZ template of a tile server of your own, or the path of a .pmtiles file; none: the embedded one.
    """
    app = Flask(__name__)
    app.config["BASEMAP"] = basemap
    app.extensions["showing"] = showing
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    guard(app)
    app.register_blueprint(pages)
    return app


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Show plans in a browser."""


@main.command()
@click.option("--operation", required=True, type=FILE, help="Operation file.")
@click.option("--plan", required=True, type=FILE, help="Plan file.")
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True)
@click.option("--basemap", help="An XYZ template of your own tile server, or a .pmtiles file. Default: none.")
def serve(operation: Path, plan: Path, port: int, basemap: str | None) -> None:
    """Serve the page of a plan to this machine only, until Ctrl-C."""
    is_template = basemap is not None and all(part in basemap for part in ("{z}", "{x}", "{y}"))
    if basemap is not None and not is_template and not (basemap.endswith(".pmtiles") and Path(basemap).is_file()):
        raise click.BadParameter("neither a template with {z}, {x}, {y} nor a .pmtiles file", param_hint="--basemap")
    try:
        app = create_app(read_showing(operation, plan), basemap)
    except Unreadable as error:
        click.echo("\n".join(map(str, error.faults)), err=True)
        raise SystemExit(UNREADABLE) from error
    listen(app, port)


def listen(app: Flask, port: int) -> None:
    """The application answers at the port until Ctrl-C; a clear sentence where the port is taken."""
    try:
        server = create_server(app, host=LOOPBACK, port=port, threads=8, ident=None)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        why = "is taken by another program" if error.errno == errno.EADDRINUSE else "may not be used by you"
        raise SystemExit(f"Port {port} {why}. Choose another: make serve PORT={port + 1}") from error
    click.echo(f"H-Hour is at http://{LOOPBACK}:{port} (Ctrl-C ends it)")
    sys.stdout.flush()
    server.run()
    click.echo("Ended.")


if __name__ == "__main__":
    main()
