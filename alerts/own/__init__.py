"""What a member chose for her own use: her regions, and what she wants to be told about."""
