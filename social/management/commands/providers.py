"""`manage.py providers`: who is asked about a new e-mail address."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.providers import describe


class Command(BaseCommand):
    """Nothing is asked; only the settings are read."""

    help = "Say which verifier and which enricher are in use."

    def handle(self, *args: Any, **options: Any) -> None:
        """Two lines."""
        for name, provider in zip(("verifier", "enricher"), describe(), strict=True):
            self.stdout.write(f"{name:10}{provider}")
