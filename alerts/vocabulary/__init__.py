"""What a report can say without free text: the choices, their words, and how they are made."""
