"""A message for the person who watches over a booking."""
