"""The papers of a plan: what each role carries, as plain tables that PDF, workbook and page show alike.

`PAPERS` lists them all. A paper is one function from a `PaperSource` to the sheets of its readers; a layout computes
nothing.
"""
