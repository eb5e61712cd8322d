"""Where a request comes from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Device:
    """Where a request comes from, as far as it says."""

    user_agent: str = ""
    ip_address: str | None = None
