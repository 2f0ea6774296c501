"""One routing core: routes of units over visits that hang together in time, for whatever is to be routed."""
