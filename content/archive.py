"""What is in an archive of everything that is held about a person: a ZIP of JSON files."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet

from accounts.keys import key_time
from accounts.models import (
    AuditEntry,
    EmailCheck,
    Enrichment,
    Mail,
    ModerationEntry,
    PersonNames,
    RefreshToken,
    Session,
    TimeOrdered,
    User,
)
from content.models import (
    Block,
    Bookmark,
    DataExport,
    Follow,
    IdempotencyKey,
    Like,
    Mention,
    Mute,
    Notification,
    Post,
    PostEdit,
    PostHashtag,
    Report,
)

ABOUT = """Everything that is held about you, as JSON: one file for each kind of thing, one object a thing.
Keys are the numbers by which things are told apart; times are in UTC.

Not in here: your password and the tokens of your sessions, of which only hashes are kept; what other people
decided in private (who blocks, mutes or reported you), which is theirs; and what moderators noted for each
other about what they did, as it may name others. What they did to you and your posts is in the audit log.
"""


@dataclass(frozen=True)
class Section:
    """One file of an archive.

    Args:
        name: the file's, without its ending.
        model: the rows it holds, with all their columns.
        owner: the path from a row to the person.
        secret: columns that stay out.
    """

    name: str
    model: type[Model]
    owner: str
    secret: tuple[str, ...] = ()

    def rows(self, user: User) -> Iterator[dict[str, Any]]:
        """The rows as they are written."""
        columns = [
            field.attname for field in self.model._meta.concrete_fields if field.attname not in self.secret
        ]
        rows: QuerySet[Any] = self.model._default_manager.filter(**{self.owner: user.pk}).order_by("pk")
        for row in rows.values(*columns).iterator(chunk_size=2_000):
            yield {**row, "created_at": key_time(row["id"])} if issubclass(self.model, TimeOrdered) else row


SECTIONS = (
    Section("account", User, "pk", secret=("password",)),
    Section("names_as_searched", PersonNames, "user"),
    Section("enrichment", Enrichment, "user"),
    Section("email_check", EmailCheck, "user"),
    Section("sessions", Session, "user"),
    Section("refresh_tokens", RefreshToken, "session__user", secret=("token_hash",)),
    Section("mails", Mail, "user"),
    Section("audit_log", AuditEntry, "user"),
    Section("moderation", ModerationEntry, "moderator"),
    Section("posts", Post, "author"),
    Section("former_texts", PostEdit, "post__author"),
    Section("hashtags", PostHashtag, "post__author"),
    Section("mentions_by_you", Mention, "post__author"),
    Section("mentions_of_you", Mention, "user"),
    Section("likes", Like, "user"),
    Section("bookmarks", Bookmark, "user"),
    Section("idempotency_keys", IdempotencyKey, "author", secret=("request_hash",)),
    Section("following", Follow, "follower"),
    Section("followers", Follow, "followed"),
    Section("blocks", Block, "blocker"),
    Section("mutes", Mute, "muter"),
    Section("notifications", Notification, "recipient"),
    Section("reports", Report, "reporter"),
    Section("data_exports", DataExport, "user", secret=("file",)),
)


def write_archive(user: User, target: IO[bytes]) -> None:
    """Write everything that is held about somebody, row by row, so that its size does not matter."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", ABOUT)
        for section in SECTIONS:
            with archive.open(f"{section.name}.json", "w", force_zip64=True) as file:
                before = b"[\n"
                for row in section.rows(user):
                    text = json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
                    file.write(before + text.encode())
                    before = b",\n"
                file.write(b"\n]\n" if before == b",\n" else b"[]\n")
