"""What people wrote, and what was reported of it, as moderators see it."""

from content.admin.accounts import AccountAdmin
from content.admin.posts import PostAdmin
from content.admin.reports import QueueAdmin, ReportAdmin

__all__ = ["AccountAdmin", "PostAdmin", "QueueAdmin", "ReportAdmin"]
