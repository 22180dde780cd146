"""Installing on a machine: `nightjar setup`. Standard library only, since nothing else is there."""
