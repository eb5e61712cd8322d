"""`manage.py seed_demo` writes a network in which every rule holds, the same for the same seed."""

import io
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import AutoField, Count, F, Q

from accounts.models import PersonNames, User
from content.models import (
    Block,
    Bookmark,
    Follow,
    Hashtag,
    Like,
    Mention,
    Mute,
    Notification,
    Post,
    PostEdit,
    PostHashtag,
    PostVisibility,
    PostWords,
)
from content.search import found_people, found_posts
from content.seed.chance import Chance
from content.seed.people import People
from content.seed.sizes import END, Sizes
from tests.client import Api
from tests.people import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SIZES = {"users": 60, "posts": 400, "likes": 1_500, "follows": 500}
PUBLIC = Q(visibility=PostVisibility.PUBLIC)
WRITTEN = (
    *(Follow, Block, Mute, Post, PostEdit, Hashtag, Like, Bookmark, Notification),
    *(PostHashtag, Mention, PostWords, PersonNames),
)


def seed(**options: Any) -> list[str]:
    """The lines that the command prints."""
    out = io.StringIO()
    call_command("seed_demo", **{**SIZES, **options}, stdout=out)
    return out.getvalue().splitlines()


def rows() -> dict[str, set[tuple[Any, ...]]]:
    """Every row of every table; numbers that the database gave to rows, from the first on."""
    tables = {}
    for model in apps.get_models(include_auto_created=True):
        columns = [field.attname for field in model._meta.concrete_fields]
        found = list(model._default_manager.values_list(*columns))
        if isinstance(model._meta.pk, AutoField):
            first = min((key for key, *_ in found), default=0)
            found = [(key - first, *values) for key, *values in found]
        tables[model.__name__] = {tuple(map(repr, row)) for row in found}
    return tables


def test_there_is_as_much_as_was_asked_for() -> None:
    seed()

    assert [model.objects.count() for model in (User, Post, Like, Follow)] == list(SIZES.values())


def test_there_is_some_of_everything() -> None:
    seed()

    assert [model for model in WRITTEN if not model._default_manager.exists()] == []


def test_what_was_written_is_found_by_its_words() -> None:
    seed()
    person, post = User.objects.exclude(display_name="")[0], Post.objects.filter(visibility="PUBLIC")[0]

    assert person in found_people(None, query=person.display_name)
    assert post in found_posts(None, query=post.body)
    assert (PersonNames.objects.count(), PostWords.objects.count()) == (SIZES["users"], SIZES["posts"])


def test_the_same_seed_writes_the_same_rows_in_every_table() -> None:
    seed(seed=5)
    first = rows()
    for model in (*WRITTEN, User):
        model._default_manager.all().delete()

    seed(seed=5)

    second = rows()
    assert [name for name in first if first[name] != second[name]] == []
    assert {model.__name__ for model in (*WRITTEN, User)} < {name for name in first if first[name]}


def test_another_seed_writes_other_rows() -> None:
    seed(seed=5)
    first = set(Post.objects.values_list("pk", "body"))
    for model in (*WRITTEN, User):
        model._default_manager.all().delete()

    seed(seed=6)

    assert set(Post.objects.values_list("pk", "body")) & first == set()


COUNTERS = {
    "likes": (Post, "like_count", Count("likes")),
    "public replies": (Post, "reply_count", Count("replies", filter=Q(replies__visibility="PUBLIC"))),
    "public posts": (User, "post_count", Count("posts", filter=Q(posts__visibility="PUBLIC"))),
    "followers": (User, "follower_count", Count("follows_got")),
    "followed": (User, "following_count", Count("follows_made")),
    "public posts with a hashtag": (
        Hashtag,
        "post_count",
        Count("uses", filter=Q(uses__post__visibility="PUBLIC")),
    ),
}


def test_counters_are_right() -> None:
    seed()

    for name, (model, counter, counted) in COUNTERS.items():
        rows: Any = model._default_manager.annotate(really=counted)
        assert (name, list(rows.exclude(really=F(counter)))) == (name, [])
        assert (name, rows.filter(really__gt=0).exists()) == (name, True)


def test_the_database_finds_no_row_that_points_nowhere() -> None:
    seed()

    connection.check_constraints()


def test_indexes_and_constraints_are_all_there_afterwards() -> None:
    def there() -> list[Any]:
        with connection.cursor() as cursor:
            tables = [model._meta.db_table for model in (User, *WRITTEN)]
            return [connection.introspection.get_constraints(cursor, table) for table in tables]

    before = there()

    seed()

    assert there() == before


# What no action would have allowed.
BROKEN = {
    "a like of one's own post": Like.objects.filter(user=F("post__author")),
    "a public answer to a post for followers": Post.objects.filter(
        PUBLIC, reply_to__visibility=PostVisibility.FOLLOWERS
    ),
    "a post from before its author": Post.objects.filter(pk__lt=F("author_id")),
    "a like from before the post": Like.objects.filter(pk__lt=F("post_id")),
    "a follow of whom one blocks": Follow.objects.filter(follower__blocks_made__blocked=F("followed")),
    "a follow of who blocks one": Follow.objects.filter(follower__blocks_got__blocker=F("followed")),
    "a notification of whom one blocks": Notification.objects.filter(
        recipient__blocks_made__blocked=F("actor")
    ),
    "a mention of whom one blocks": Mention.objects.filter(post__author__blocks_made__blocked=F("user")),
    "an answer to whom one blocks": Post.objects.filter(author__blocks_made__blocked=F("reply_to__author")),
    "a mention of oneself": Mention.objects.filter(user=F("post__author")),
    "an edited post without its former text": Post.objects.filter(edited_at__isnull=False, edits=None),
    "a kept post that was never public": Bookmark.objects.exclude(post__visibility=PostVisibility.PUBLIC),
    "an answer that is none": Post.objects.filter(is_reply=False, reply_to__isnull=False),
    "a hashtag that no post has": Hashtag.objects.filter(uses=None, post_count__gt=0),
}


def test_no_rule_is_broken() -> None:
    seed()

    assert {name: list(broken.all()) for name, broken in BROKEN.items() if broken.all()} == {}


def test_likes_of_posts_for_followers_come_from_followers() -> None:
    seed()

    likes = Like.objects.filter(post__visibility=PostVisibility.FOLLOWERS).select_related("post")

    assert likes.exists()
    assert all(
        Follow.objects.filter(follower=like.user, followed=like.post.author).exists() for like in likes
    )


def test_the_text_says_what_its_rows_say() -> None:
    seed()

    for use in PostHashtag.objects.select_related("post", "hashtag"):
        assert f"#{use.hashtag.name}" in use.post.body
    for mention in Mention.objects.select_related("post", "user"):
        assert f"@{mention.user.username}" in mention.post.body


def test_nothing_is_from_the_future() -> None:
    seed()

    assert max(model.objects.latest("pk").created_at for model in (User, Post, Like, Follow)) <= END


def test_about_a_third_of_the_posts_are_replies_and_some_are_for_followers() -> None:
    seed(posts=2_000)

    assert 500 < Post.objects.filter(is_reply=True).count() < 800
    assert 50 < Post.objects.exclude(PUBLIC).count() < 400


def test_few_write_most() -> None:
    seed(users=200, posts=2_000)
    counts = sorted(User.objects.values_list("post_count", flat=True), reverse=True)

    assert sum(counts[:20]) > sum(counts) / 3
    assert counts.count(0) > 20


@pytest.mark.parametrize(("kind", "query"), [("USER", "demo"), ("POST", "the"), ("HASHTAG", "cats")])
def test_people_posts_and_hashtags_are_found(kind: str, query: str) -> None:
    seed()

    found = Api().read(f'{{ search(query: "{query}", type: {kind}) {{ nodes {{ __typename }} }} }}')

    assert found["search"]["nodes"] != []


def test_among_a_hundred_thousand_people_no_two_have_one_key() -> None:
    people = People(Chance(1), Sizes(users=100_000, posts=0, likes=0, follows=0))

    assert len(set(people.keys)) == 100_000


def test_who_is_known_signs_in_with_the_printed_password() -> None:
    lines = seed()
    password = lines[-1].partition("password is: ")[2]

    signed_in = Api().do("tokenAuth", "user { username }", username="demo", password=password)

    assert signed_in == {"user": {"username": "demo"}, "errors": []}


def test_a_taken_name_is_told_and_nothing_written() -> None:
    make_person("Demo")

    with pytest.raises(CommandError, match=r"^Taken already: @Demo\. Seed a fresh database\.$"):
        seed()

    assert User.objects.count() == 1


def test_a_second_network_does_not_fit_in() -> None:
    seed()

    with pytest.raises(CommandError, match=r"^Taken already: #35mm, #allotment, .* and [0-9]+ more\."):
        seed(seed=2)


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ({"users": 4}, "A network has at least 5 users."),
        ({"posts": -1}, "There cannot be fewer than none."),
        ({"users": 10, "follows": 46}, "10 users make at most 45 follows."),
        ({"users": 10, "posts": 2, "likes": 10, "follows": 9}, "10 users and 2 posts make at most 9 likes."),
    ],
)
def test_more_than_people_can_do_is_refused(sizes: dict[str, int], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        seed(**sizes)


@pytest.mark.parametrize(
    "sizes",
    [
        {"users": 5, "posts": 0, "likes": 0, "follows": 0},
        {"users": 5, "posts": 1, "likes": 2, "follows": 10},
        {"users": 20, "posts": 30, "likes": 285, "follows": 190},
        {"users": 40, "posts": 10, "likes": 0, "follows": 700},
    ],
)
def test_the_smallest_and_the_densest_networks_are_written(sizes: dict[str, int]) -> None:
    seed(**sizes)

    assert [model.objects.count() for model in (User, Post, Like, Follow)] == list(sizes.values())
