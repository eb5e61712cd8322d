"""Letting posts be found by their words. Within the transaction that writes their text, or deletes it."""

from collections.abc import Iterable
from itertools import islice

from django.db import connection

from content.fulltext import DIALECTS
from content.models import Post

BATCH = 400  # posts in one statement


def index_post(post: Post) -> None:
    """Let a new post, or one whose text was changed, be found by the words it has now."""
    index_posts([post])


def index_posts(posts: Iterable[Post]) -> None:
    """As `index_post`, with one SQL statement for hundreds of posts."""
    bodies = ((post.pk, post.body) for post in posts)
    with connection.cursor() as cursor:
        while batch := list(islice(bodies, BATCH)):
            cursor.execute(*DIALECTS[connection.vendor].writing(batch))


def erase_deleted_words() -> None:
    """Let nothing be left of the words of posts that are in the index no more."""
    if (statement := DIALECTS[connection.vendor].erase) is not None:
        with connection.cursor() as cursor:
            cursor.execute(statement)
