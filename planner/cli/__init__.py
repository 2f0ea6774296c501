"""The command line: how a run is started, stopped and shown."""
