"""Law packs: what the law asks of an operation, as data, and what of it the operation lacks.

Values in, values out: a pack, an operation and, if there is one, a plan; findings come back. Nothing here is legal
advice, and nothing in a pack runs.
"""
