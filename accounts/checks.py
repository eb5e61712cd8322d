"""Wrong settings are told at start."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from accounts.providers import enricher, verifier
from accounts.throttle_counts import in_redis


@register
def check_providers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A provider that is chosen must be complete, and a lease must outlast the call it covers."""
    errors: list[CheckMessage] = []
    keys = {"": True, "clearbit": bool(settings.CLEARBIT_API_KEY), "hunter": bool(settings.HUNTER_API_KEY)}
    if settings.ENRICHER not in keys:
        errors.append(
            Error(f"ENRICHER is {settings.ENRICHER!r}; use clearbit, hunter or nothing.", id="accounts.E001")
        )
    elif not keys[settings.ENRICHER]:
        errors.append(
            Error(
                f"ENRICHER={settings.ENRICHER} needs {settings.ENRICHER.upper()}_API_KEY.", id="accounts.E002"
            )
        )
    if settings.PROVIDER_LEASE_S <= settings.PROVIDER_DEADLINE_S:
        errors.append(Error("PROVIDER_LEASE_S must be larger than PROVIDER_DEADLINE_S.", id="accounts.E003"))
    return errors or _check_clients()


@register
def check_redis(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Where attempts are counted must be an address of a Redis; that it answers is not asked for."""
    try:
        if settings.REDIS_URL:
            in_redis(settings.REDIS_URL)
    except ValueError:
        return [Error("REDIS_URL is no address of a Redis; try redis://host:6379/0.", id="accounts.E005")]
    return []


def _check_clients() -> list[CheckMessage]:
    try:
        # Not the remembered ones: a key or URL that cannot be used should fail here, not at a signup.
        verifier.__wrapped__()
        enricher.__wrapped__()
    except ValueError as error:
        return [Error(f"A provider's key or URL cannot be used: {error}.", id="accounts.E004")]
    return []
