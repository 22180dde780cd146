"""The report in five steps, to write and to correct. Nothing is stored before the last button.

vocabulary.py        the lists to tick and choose from; `terms.py` their types
description.py       the lists that describe a person
fields.py            form fields that clean what was typed; `places.py` those of regions
streets.py           what looks like a street address
forms.py             one form for each step; `identifier_forms.py` the one with identifiers
flow.py              which step comes next, and what the hidden fields carry
compose.py           from forms to a report, and back for a correction
summary.py           the summary before sending, in the reader's language

The views are in `alerts.views.report`; `alerts.flows.send_once` makes two taps send once.
"""
