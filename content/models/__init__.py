"""Rows about what happens between people, with the constraints that hold whatever the code does."""

from content.models.exports import DataExport, DataExportStatus
from content.models.notifications import Notification, NotificationKind
from content.models.posts import (
    MAX_BODY,
    UNLIKED,
    Bookmark,
    IdempotencyKey,
    Like,
    Post,
    PostEdit,
    PostVisibility,
)
from content.models.reports import MAX_COMMENT, Report, ReportedSubject, ReportReason, ReportStatus
from content.models.tags import Hashtag, Mention, PostHashtag
from content.models.ties import Block, Follow, Mute
from content.models.words import PostWords

__all__ = [
    "MAX_BODY",
    "MAX_COMMENT",
    "UNLIKED",
    "Block",
    "Bookmark",
    "DataExport",
    "DataExportStatus",
    "Follow",
    "Hashtag",
    "IdempotencyKey",
    "Like",
    "Mention",
    "Mute",
    "Notification",
    "NotificationKind",
    "Post",
    "PostEdit",
    "PostHashtag",
    "PostVisibility",
    "PostWords",
    "Report",
    "ReportReason",
    "ReportStatus",
    "ReportedSubject",
]
