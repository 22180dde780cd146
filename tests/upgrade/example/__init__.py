"""An app with one migration of a later release, as EXAMPLE says: "careful" adds a column to a
table with rows, "careless" loses what the index is searched by.
"""
