"""Measurements of the planner, each as a Markdown table: the examples, replans, and the outside benchmark."""
