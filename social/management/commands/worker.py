"""`manage.py worker`: do what is due in the background, until SIGTERM or Ctrl-C."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from social.worker import run_worker


class Command(BaseCommand):
    """Ends cleanly: what was begun is finished."""

    help = "Verify addresses, enrich profiles and clean up, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to stop."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        run_worker(stop)
