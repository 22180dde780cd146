"""Writing an alert in five steps, and correcting one. Nothing is stored before the last button.

fields.py    what one box takes, cleaned
streets.py   what looks like a street address
forms.py     one form for each step; who.py the step with identifiers
flow.py      which step comes next, and what travels hidden
compose.py   from forms to a report, and back for a correction
summary.py   everything once more, in the reader's language
once.py      tapping twice sends once
views.py     the two addresses
"""
