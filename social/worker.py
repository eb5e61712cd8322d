"""The worker: looks for what is due, and does it.

What is to be done stands in the rows that it is about (see `accounts/jobs.py`), so there is no queue to
lose: any number of workers may run, and each may die at any moment.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import DatabaseError, close_old_connections, connection

from accounts.tasks import (
    due_email_checks,
    due_enrichments,
    due_mails,
    prune_audit,
    prune_mails,
    prune_sessions,
    prune_throttle_counts,
)
from content.tasks import due_exports, prune_exports, prune_idempotency_keys

log = logging.getLogger(__name__)

Step = Callable[[], None]
SWEEPS: tuple[Callable[[int], list[Step]], ...] = (
    due_email_checks,
    due_enrichments,
    due_mails,
    prune_sessions,
    prune_throttle_counts,
    prune_mails,
    prune_audit,
    due_exports,
    prune_exports,
    prune_idempotency_keys,
)
THREADS = 8
POLL_S = 0.5


def run_worker(stop: threading.Event) -> None:
    """Work until `stop` is set; then finish what was begun."""
    free = threading.Semaphore(THREADS)
    with ThreadPoolExecutor(THREADS, thread_name_prefix="worker") as pool:
        while not stop.is_set():
            begun = 0
            for sweep in SWEEPS:
                for step in _claim(sweep):
                    free.acquire()
                    pool.submit(_run, step, free)
                    begun += 1
            if not begun:
                stop.wait(POLL_S)


def _claim(sweep: Callable[[int], list[Step]]) -> list[Step]:
    """A few steps at a time, so that what is claimed is begun long before its lease ends."""
    close_old_connections()
    try:
        return sweep(THREADS)
    except DatabaseError:
        log.exception("the database does not answer; trying again")
        connection.close()
        return []


def _run(step: Step, free: threading.Semaphore) -> None:
    try:
        step()
    except Exception:  # the border: the job stays claimed and is due again when its lease ends
        log.exception("a background step failed")
    finally:
        connection.close()
        free.release()
