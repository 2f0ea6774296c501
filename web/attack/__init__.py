"""Attacks on an H-Hour of our own, on this machine alone: what they try, and what fell.

`python -m web.attack` starts the house that it attacks, ends it, and touches no other.
"""
