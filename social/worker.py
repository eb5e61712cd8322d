"""The worker: looks for what is due, and does it.

What is to be done stands in the rows that it is about (see `accounts/jobs.py`), so there is no queue to
lose: any number of workers may run, and each may die at any moment.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import DatabaseError, close_old_connections, connection

from accounts.tasks import (
    due_email_checks,
    due_enrichments,
    due_mails,
    prune_audit,
    prune_former_names,
    prune_mails,
    prune_sessions,
    prune_throttle_counts,
)
from content.tasks import (
    due_exports,
    prune_exports,
    prune_idempotency_keys,
    purge_deleted_posts,
    purge_deleted_users,
)

log = logging.getLogger(__name__)

Step = Callable[[], None]
Sweep = Callable[[int], list[Step]]
# What claims each step that it gives, so that nobody else is given it.
JOBS: tuple[Sweep, ...] = (due_email_checks, due_enrichments, due_mails, due_exports)
# What claims nothing: asked again only when all that it gave has ended. Others may do the same meanwhile.
CHORES: tuple[Sweep, ...] = (
    prune_sessions,
    prune_throttle_counts,
    prune_mails,
    prune_audit,
    prune_former_names,
    prune_exports,
    prune_idempotency_keys,
    purge_deleted_posts,
    purge_deleted_users,
)
THREADS = 8
CHORE_THREADS = 2  # of these, for each chore
POLL_S = 0.5


def run_worker(stop: threading.Event) -> None:
    """Work until `stop` is set; then finish what was begun."""
    free = threading.Semaphore(THREADS)
    doing: dict[Sweep, list[Future[None]]] = {chore: [] for chore in CHORES}
    with ThreadPoolExecutor(THREADS, thread_name_prefix="worker") as pool:

        def begin(steps: list[Step]) -> list[Future[None]]:
            begun = []
            for step in steps:
                free.acquire()
                begun.append(pool.submit(_run, step, free))
            return begun

        while not stop.is_set():
            for chore in CHORES:
                if all(step.done() for step in doing[chore]):
                    doing[chore] = begin(_claim(chore, CHORE_THREADS))
            begun = [begin(_claim(job, THREADS)) for job in JOBS]
            if not any(begun):
                stop.wait(POLL_S)


def _claim(sweep: Sweep, at_most: int) -> list[Step]:
    """A few steps at a time, so that what is claimed is begun long before its lease ends."""
    close_old_connections()
    try:
        return sweep(at_most)
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
