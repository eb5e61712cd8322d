"""Which verifier and which enricher are in use, by the settings."""

from functools import cache

from django.conf import settings

from services.clearbit import Clearbit, Enricher, HunterEnrichment
from services.hunter import Hunter


@cache
def verifier() -> Hunter | None:
    """Who judges addresses; None: only their syntax is checked."""
    if not settings.HUNTER_API_KEY:
        return None
    return Hunter(
        api_key=settings.HUNTER_API_KEY,
        base_url=settings.HUNTER_URL,
        breaker_failures=settings.BREAKER_FAILURES,
        breaker_reset_s=settings.BREAKER_RESET_S,
    )


@cache
def enricher() -> Enricher | None:
    """Who knows people by their address; None: nobody is asked."""
    provider: type[Clearbit] | type[HunterEnrichment]
    if settings.ENRICHER == "clearbit":
        provider, key, url = Clearbit, settings.CLEARBIT_API_KEY, settings.CLEARBIT_URL
    elif settings.ENRICHER == "hunter":
        provider, key, url = HunterEnrichment, settings.HUNTER_API_KEY, settings.HUNTER_URL
    else:
        return None
    return provider(
        api_key=key,
        base_url=url,
        breaker_failures=settings.BREAKER_FAILURES,
        breaker_reset_s=settings.BREAKER_RESET_S,
    )


def describe() -> tuple[str, str]:
    """For people who run the server: who judges addresses, and who is asked about people."""
    names = {"clearbit": f"Clearbit at {settings.CLEARBIT_URL}", "hunter": f"Hunter at {settings.HUNTER_URL}"}
    return (
        f"Hunter at {settings.HUNTER_URL}" if verifier() else "none: syntax only (HUNTER_API_KEY is not set)",
        names.get(settings.ENRICHER, "none (neither CLEARBIT_API_KEY nor ENRICHER is set)"),
    )
