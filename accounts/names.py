"""Names that were somebody's: not to be had at once, so that nobody is taken for the one who left."""

from datetime import UTC, datetime, timedelta

from django.utils.crypto import salted_hmac

from accounts.models import FormerName

KEPT = timedelta(days=30)


def name_hash(username: str) -> str:
    """What is kept of a name: without the server's key nobody can tell which it was."""
    return salted_hmac("accounts.names", username.lower(), algorithm="sha256").hexdigest()


def is_former_name(username: str) -> bool:
    """Whether somebody had this name until lately."""
    return FormerName.objects.filter(name_hash=name_hash(username), free_at__gt=datetime.now(UTC)).exists()
