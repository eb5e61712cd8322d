"""`manage.py check_counts`: recompute every counter and compare."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.counts import wrong_counts


class Command(BaseCommand):
    """Exit code 0 when every counter equals its rows, 1 otherwise."""

    help = "Recompute every counter from its rows and compare; --fix corrects what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--fix` corrects, each row in a transaction of its own."""
        parser.add_argument("--fix", action="store_true", help="correct what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: CommandError, when a count is wrong and was not fixed."""
        found = 0
        for wrong in wrong_counts():
            found += 1
            self.stdout.write(str(wrong))
            if options["fix"]:
                wrong.fix()
        if found and not options["fix"]:
            raise CommandError(f"{found} counts are wrong; --fix corrects them")
        self.stdout.write(f"{found} counts corrected" if found else "every count is right")
