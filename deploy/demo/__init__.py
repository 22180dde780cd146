"""A network of fictional people and alerts, so that anyone can try the program."""
