"""Parcels of documents in tests: waiting for the threads that make them."""

import threading


def finish_parcels() -> None:
    """Every parcel that was begun is made, or was given up."""
    for thread in threading.enumerate():
        if thread.name.startswith("parcel-"):
            thread.join(300)
