"""After an update: drop corrected texts of the interface that the program itself has by now."""

from typing import Any

from django.core.management.base import BaseCommand

from resources.translation.interface.export import prune


class Command(BaseCommand):
    help = "Drop corrected texts that are in the program by now; all others stay and are counted."

    def handle(self, *args: Any, **options: Any) -> None:
        for one in prune():
            if options["verbosity"]:
                self.stdout.write(
                    f"{one.language}: {one.dropped} in the program by now, dropped; "
                    f"{one.kept} kept; {one.outdated} kept whose English has changed"
                )
