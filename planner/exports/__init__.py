"""A plan for the tools in the field: maps, navigators, calendars, TAK. `EXPORTS` (`registry.py`) lists the forms."""
