"""The report in five steps, to write and to correct. Nothing is stored before the last button.

fields.py            form fields that clean what was typed; `places.py` those of regions
streets.py           what looks like a street address
forms.py             one form for each step; `identifier_forms.py` the one with identifiers
flow.py              which step comes next, and what the hidden fields carry
compose.py           from forms to a report, and back for a correction
summary.py           the summary before sending, in the reader's language

The lists to tick and choose from are in `alerts.vocabulary`, the views in `alerts.views.report`;
`alerts.flows.send_once` makes two taps send once.
"""
