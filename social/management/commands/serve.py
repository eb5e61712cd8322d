"""`manage.py serve`: the whole network in the foreground, until Ctrl-C."""

import os
import signal
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from social.stack import Stack, StackError

WATCH_S = 0.5


class Command(BaseCommand):
    """Server, worker and (without provider keys) the sandbox; what dies is started again."""

    # The processes check the settings that they really get, the sandbox's keys among them.
    requires_system_checks = ()
    help = (
        "Run server, worker and sandbox together. HOST, PORT, SANDBOX, DATABASE_URL … from the environment."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises: CommandError, when something does not start."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with Stack(host=settings.HOST, port=settings.PORT, sandbox=settings.SANDBOX) as stack:
                self._announce(stack)
                while True:
                    time.sleep(WATCH_S)
                    stack.revive()
        except StackError as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            self.stdout.write("stopped")

    def _announce(self, stack: Stack) -> None:
        for name, path in (("GraphiQL", "/graphql/"), ("endpoint", "/graphql/"), ("admin", "/admin/")):
            self.stdout.write(f"{name:10}{stack.url}{path}")
        self.stdout.write(f"{'mails':10}{_where_mails_go()}")
        self.stdout.flush()
        stack.manage("providers")
        if stack.sandbox and "SIGNUPS_PER_ADDRESS" not in os.environ:
            self.stdout.write(f"{'signups':10}without a limit; set SIGNUPS_PER_ADDRESS to have one")
        if stack.sandboxed:
            keys = " and ".join(f"{provider}_API_KEY" for provider in stack.sandboxed)
            self.stdout.write(f"{'sandbox':10}stands in on loopback; set {keys} for the real services")
        self.stdout.write("Ctrl-C ends it.")
        self.stdout.flush()


def _where_mails_go() -> str:
    backend: str = settings.EMAIL_BACKEND.split(".")[-2]
    places = {
        "filebased": f"files in {getattr(settings, 'EMAIL_FILE_PATH', None)}",
        "smtp": f"by SMTP to {settings.EMAIL_HOST}",
    }
    return places.get(backend, backend)
