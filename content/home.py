"""The home feed's posts, however many people one follows and however much or long ago these wrote.

The newest 20 posts of many people can only be by the 20 whose own newest posts are newest. So for each person
whom the viewer follows one key is looked up in the index of posts by author; of the 20 who come first so (and
whom the viewer may see), the newest 20 posts each are looked up; and of these the newest 20 are the page.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from accounts.keys import MAX_KEY, NO_KEY
from accounts.models import User
from content.models import Post
from content.visibility import unmuted, visible_users

# Scalar subqueries do what LATERAL would, which SQLite does not have: there each row's are looked up, one by
# one and in the order of the rows, on both databases. `outermost` is a person's last post that the page can
# need; whoever has fewer posts has none such.
CANDIDATES = """
    SELECT own.id
    FROM (
        SELECT person.id, (
            SELECT own.id FROM content_post AS own WHERE own.author_id = person.id AND {part}
            ORDER BY own.id {way} LIMIT 1 OFFSET %(others)s
        ) AS outermost
        FROM (
            SELECT followed.id, followed.nearest
            FROM (
                SELECT person.id, (
                    SELECT own.id FROM content_post AS own WHERE own.author_id = person.id AND {part}
                    ORDER BY own.id {way} LIMIT 1
                ) AS nearest
                FROM (
                    SELECT followed_id AS id FROM content_follow WHERE follower_id = %(viewer)s
                    UNION ALL SELECT %(viewer)s
                ) AS person
                ORDER BY nearest {way} NULLS LAST
            ) AS followed
            WHERE (
                SELECT TRUE FROM ({seen}) AS seen
                WHERE seen.id = followed.id AND followed.nearest IS NOT NULL
            )
            ORDER BY followed.nearest {way} NULLS LAST LIMIT %(wanted)s
        ) AS person
    ) AS person
    JOIN content_post AS own
        ON own.author_id = person.id AND {part} AND own.id {within} COALESCE(person.outermost, %(end)s)
    ORDER BY own.id {way} LIMIT %(wanted)s
"""
PLACE = re.compile(r"%\((\w+)\)s")
PART = "NOT own.is_reply AND own.deleted_at IS NULL AND own.id > %(above)s AND own.id < %(below)s"


def nearest_in_home_feed(
    posts: QuerySet[Post], viewer: User, *, above: int, below: int, at_most: int, newest_first: bool
) -> QuerySet[Post]:
    """Those of the home feed's `posts` that come first: as many as are wanted, or more; and quickly.

    Args:
        posts: the home feed of `viewer`, as `content.queries` has it.
        above, below: only posts with keys between these.
        at_most: how many are wanted.
        newest_first: from which end.
    """
    seen = visible_users(viewer).filter(unmuted(viewer, "")).values("id").query
    seen_sql, seen_values = seen.sql_with_params()
    named = {f"seen{number}": value for number, value in enumerate(seen_values)}
    given = {
        "viewer": viewer.pk,
        "above": above,
        "below": below,
        "wanted": at_most,
        "others": at_most - 1,
        "end": NO_KEY if newest_first else MAX_KEY,
    }
    statement = CANDIDATES.format(
        part=PART,
        way="DESC" if newest_first else "ASC",
        within=">=" if newest_first else "<=",
        seen=seen_sql % tuple(f"%({name})s" for name in named),
    )
    return posts.filter(pk__in=_by_position(statement, {**given, **named}))


def _by_position(statement: str, given: Mapping[str, Any]) -> RawSQL:
    """SQL with named places, as Django wants it: `%s` for each."""
    names = PLACE.findall(statement)
    return RawSQL(PLACE.sub("%s", statement), [given[name] for name in names])  # noqa: S611  # ours alone
