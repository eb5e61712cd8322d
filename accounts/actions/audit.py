"""The audit log: who did what to an account, when, and from where. Never a secret."""

from accounts.devices import Device
from accounts.models import AuditEntry, AuditEvent, User
from accounts.text import FORBIDDEN


def record(event: AuditEvent, *, user: User | None, device: Device) -> None:
    """Note what happened, within the caller's transaction; `user` None: nobody has that name."""
    AuditEntry.objects.create(
        user=user, event=event, ip_address=device.ip_address, user_agent=clean_user_agent(device)
    )


def clean_user_agent(device: Device) -> str:
    """What a browser or program calls itself, as it can be stored."""
    return FORBIDDEN.sub("", device.user_agent)[:200]
