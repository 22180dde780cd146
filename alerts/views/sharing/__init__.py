"""What moderators share with other networks: lists, files, and what comes in."""
