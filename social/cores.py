"""How much of the machine is ours."""

import os


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux: fewer than there are, in some containers
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
