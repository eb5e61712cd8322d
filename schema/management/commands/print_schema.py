"""`manage.py print_schema FILE`: the API as it is promised."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from graphql import print_schema

from schema.growth import broken_promises
from schema.schema import schema


class Command(BaseCommand):
    """Writes the schema, unless that broke what the file promises."""

    help = "Print the API to a file, unless a client of what stands there would break."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        """Raises: CommandError, with every promise that would be broken."""
        printed = f"{print_schema(schema.graphql_schema)}\n"
        if file.exists() and (
            broken := broken_promises(file.read_text(), printed, today=datetime.now(UTC).date())
        ):
            raise CommandError("\n".join(["Clients would break:", *broken]))
        file.write_text(printed)
