"""Names that were somebody's: not to be had at once, so that nobody is taken for the one who left."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.models import FormerName

KEPT = timedelta(days=30)


def name_hash(username: str, key: str | None = None) -> str:
    """What is kept of a name: without the server's key (the present one unless told) nobody can tell which it
    was.
    """
    return salted_hmac("accounts.names", username.lower(), secret=key, algorithm="sha256").hexdigest()


def is_former_name(username: str) -> bool:
    """Whether somebody had this name until lately; also when the server's key was another then."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    hashes = [name_hash(username, key) for key in keys]
    return FormerName.objects.filter(name_hash__in=hashes, free_at__gt=datetime.now(UTC)).exists()
