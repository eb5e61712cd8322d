"""Where a request comes from."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from accounts.addresses import client_address


@dataclass(frozen=True)
class Device:
    """Where a request comes from, as far as it says."""

    user_agent: str = ""
    ip_address: str | None = None


def device_of(request: HttpRequest) -> Device:
    """Where a request comes from; behind proxies, as far as `TRUSTED_PROXIES` are believed."""
    address = client_address(
        request.META.get("REMOTE_ADDR", ""),
        request.headers.get("X-Forwarded-For", ""),
        settings.TRUSTED_PROXIES,
    )
    return Device(request.headers.get("User-Agent", ""), address)
