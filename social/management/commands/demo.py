"""`manage.py demo`: a fresh network, the bot by `bot.yaml`, the proof, and all is stopped again."""

import shutil
import subprocess
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from social.stack import ROOT, Stack, StackError

FOLDER = ROOT / "var" / "demo"


class Command(BaseCommand):
    """Exits with the bot's code."""

    help = "Run the bot by bot.yaml against a fresh network with sandboxed third parties; keep the report."

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: CommandError, when something does not start."""
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(mode=0o700, parents=True)
        environment = {"DATABASE_URL": f"sqlite:///{FOLDER / 'social.sqlite3'}", "LOG_LEVEL": "WARNING"}
        try:
            with Stack(environment=environment) as stack:
                code = subprocess.run(  # noqa: S603  # our own command
                    [
                        *[sys.executable, "-m", "bot", "run", "--config", "bot.yaml"],
                        *["--url", f"{stack.url}/graphql/", "--journal", str(FOLDER / "journal.jsonl")],
                        *["--report", str(FOLDER / "report")],
                    ],
                    cwd=ROOT,
                    check=False,
                ).returncode
        except StackError as error:
            raise CommandError(str(error)) from None
        sys.exit(code)
