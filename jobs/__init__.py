"""The dispatcher: waiting scenarios go to Dask, progress and plans come back to the database."""
