"""Finding people, posts and hashtags by words, as far as somebody sees them and does not mute them."""

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from accounts.models import User
from accounts.queries import called
from accounts.text import FORBIDDEN
from accounts.words import fold, name_parts, terms
from content.models import MAX_BODY, Hashtag, Post
from content.models.tags import MAX_SEARCH_KEY
from content.visibility import unmuted, visible_hashtags, visible_posts, visible_users


def found_people(viewer: User | None, *, query: str) -> QuerySet[User]:
    """People whose names have all words of a query; the last may be the beginning of one.

    Each with a `search_rank`: 0 for whose username is just the query, with or without the @; else 1.
    """
    exact = When(username_lower=query.strip().removeprefix("@").lower(), then=Value(0))
    rank = Case(exact, default=Value(1), output_field=IntegerField())
    people = visible_users(viewer).filter(unmuted(viewer, "")).annotate(search_rank=rank)
    parts = name_parts(query) if _is_searchable(query) else []
    return (
        people.filter(pk__in=called(*(Q(words__has_part=part) for part in parts))) if parts else people.none()
    )


def found_posts(viewer: User | None, *, query: str) -> QuerySet[Post]:
    """Posts, replies among them, that have all words of a query; the last may be the beginning of one.

    Each with `found_key`, its key as the index has it: in this order SQLite's index can be read from its end.
    """
    posts = visible_posts(viewer).filter(unmuted(viewer, "author__")).annotate(found_key=F("words__pk"))
    wanted = terms(query) if _is_searchable(query) else []
    return posts.filter(words__tokens__matches=wanted) if wanted else posts.none()


def found_hashtags(viewer: User | None, *, query: str) -> QuerySet[Hashtag]:
    """Hashtags that begin with a query, with or without the #."""
    beginning = fold(query.strip().removeprefix("#")) if _is_searchable(query) else ""
    if not beginning:
        return Hashtag.objects.none()
    return visible_hashtags(viewer).filter(search_key__startswith=beginning[:MAX_SEARCH_KEY])


def _is_searchable(query: str) -> bool:
    """Nothing has characters that are refused everywhere, or is longer than a post."""
    return len(query) <= MAX_BODY and not FORBIDDEN.search(query.replace("\r", "\n"))
