"""Following, blocking, liking and tagging at the same moment: rows, counts and what is told agree."""

import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from django.db.models import Q

from accounts.models import User
from content.models import Block, Follow, Hashtag, Like, Notification, Post, PostHashtag
from tests.client import problems
from tests.content.races import at_once
from tests.content.steps import act, done, hashtags, tie, tied, told, unread, write
from tests.people import Person, make_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
ROUNDS = 3


def shuffled(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """What `acts` return in their order, done at once in any."""
    order = random.sample(range(len(acts)), len(acts))
    answers = dict(zip(order, at_once([acts[number] for number in order]), strict=True))
    return [answers[number] for number in range(len(acts))]


def counted() -> dict[str, tuple[int, int]]:
    """What everybody's counts say, after a look that it is what there is."""
    for user in User.objects.all():
        assert user.follower_count == Follow.objects.filter(followed=user).count()
        assert user.following_count == Follow.objects.filter(follower=user).count()
    return {user.username: (user.follower_count, user.following_count) for user in User.objects.all()}


def test_a_follow_and_a_block_of_the_same_pair_end_blocked(ann: Person, bob: Person) -> None:
    for _ in range(ROUNDS):
        *follows, block = shuffled(
            [*[partial(tie, bob, "follow", ann.id)] * 6, partial(tie, ann, "block", bob.id)]
        )

        assert problems(block) == []
        assert {tuple(problems(each)) for each in follows} <= {(), (("NOT_FOUND", "input.userId"),)}
        assert (Follow.objects.count(), Notification.objects.count()) == (0, 0)
        assert counted() == {"ann": (0, 0), "bob": (0, 0)}
        tied(ann, "unblock", bob)


def test_a_follow_of_whom_one_blocks_at_that_moment_ends_blocked(ann: Person, bob: Person) -> None:
    for _ in range(ROUNDS):
        *follows, block = shuffled(
            [*[partial(tie, ann, "follow", bob.id)] * 6, partial(tie, ann, "block", bob.id)]
        )

        assert problems(block) == []
        assert {tuple(problems(each)) for each in follows} <= {(), (("BLOCKED", "input.userId"),)}
        assert counted() == {"ann": (0, 0), "bob": (0, 0)}
        assert Block.objects.count() == 1
        tied(ann, "unblock", bob)


def test_two_who_follow_each_other_at_once_do(ann: Person, bob: Person) -> None:
    for _ in range(ROUNDS):
        crosswise: list[Callable[[], Any]] = [
            partial(tied, ann, "follow", bob),
            partial(tied, bob, "follow", ann),
        ]

        shuffled(crosswise * 6)

        assert counted() == {"ann": (1, 1), "bob": (1, 1)}
        assert (told(ann), told(bob)) == ([("FOLLOW", "bob", None)], [("FOLLOW", "ann", None)])
        shuffled([partial(tied, ann, "unfollow", bob), partial(tied, bob, "unfollow", ann)] * 4)
        assert counted() == {"ann": (0, 0), "bob": (0, 0)}


def test_two_who_block_each_other_at_once_are_apart_by_one_block(ann: Person, bob: Person) -> None:
    for _ in range(ROUNDS):
        answers = shuffled([partial(tie, ann, "block", bob.id), partial(tie, bob, "block", ann.id)])

        assert sorted(len(problems(each)) for each in answers) == [0, 1]
        assert Block.objects.count() == 1
        Block.objects.all().delete()


def test_a_circle_of_follows_at_once_waits_for_nobody_for_ever(ann: Person) -> None:
    people = [ann, *(make_person() for _ in range(5))]
    pairs = [(one, other) for one in people for other in people if one is not other]

    shuffled([partial(tied, one, "follow", other) for one, other in pairs])
    assert set(counted().values()) == {(5, 5)}

    shuffled([partial(tied, one, "unfollow", other) for one, other in pairs])
    assert set(counted().values()) == {(0, 0)}


@pytest.mark.parametrize("seed", range(3))
def test_any_ties_at_once_end_with_right_counts(ann: Person, bob: Person, seed: int) -> None:
    chance = random.Random(seed)
    people = [ann, bob, make_person("carol"), make_person("dave")]
    acts: list[Callable[[], Any]] = []
    for mutation in ("follow", "unfollow", "block", "unblock", "mute", "unmute") * 12:
        one, other = chance.sample(people, 2)
        acts.append(partial(tie, one, mutation, other.id))

    answers = at_once(acts)

    assert {code for answer in answers for code, _ in problems(answer)} <= {"NOT_FOUND", "BLOCKED"}
    counted()
    for block in Block.objects.all():
        pair = (block.blocker, block.blocked)
        assert not Follow.objects.filter(follower__in=pair, followed__in=pair).exists()
        assert not Notification.objects.filter(recipient__in=pair, actor__in=pair).exists()


def test_many_likes_at_once_are_told_one_each(ann: Person) -> None:
    post, people = write(ann)["id"], [make_person() for _ in range(15)]

    shuffled([partial(done, person, "likePost", post) for person in people * 3])

    assert (unread(ann), Notification.objects.count(), Like.objects.count()) == (15, 15, 15)


def test_a_like_taken_back_at_once_is_told_as_long_as_it_is_there(ann: Person, bob: Person) -> None:
    post = write(ann)["id"]
    for _ in range(ROUNDS):
        shuffled([partial(done, bob, mutation, post) for mutation in ("likePost", "unlikePost") * 6])

        likes = Like.objects.count()
        assert (unread(ann), Post.objects.get().like_count) == (likes, likes)


def test_a_post_deleted_while_people_like_it_is_gone_with_what_was_told(ann: Person) -> None:
    people = [make_person() for _ in range(12)]
    for _ in range(ROUNDS):
        post = write(ann, "#tea")["id"]
        likes = [partial(act, person, "likePost", post) for person in people]

        *liked, deleted = shuffled([*likes, partial(act, ann, "deletePost", post)])

        assert problems(deleted) == []
        assert {tuple(problems(each)) for each in liked} <= {(), (("NOT_FOUND", "input.postId"),)}
        assert (told(ann), unread(ann)) == ([], 0)
        for row in Post.objects.all():  # until the worker takes it away
            assert row.like_count == Like.objects.filter(post=row).count()
        assert set(Hashtag.objects.values_list("post_count", flat=True)) == {0}
        assert User.objects.get(username="ann").post_count == 0


def tags_are_counted() -> None:
    uses = PostHashtag.objects.filter(post__deleted_at=None, post__visibility="PUBLIC")
    for tag in Hashtag.objects.all():
        assert tag.post_count == uses.filter(hashtag=tag).count(), tag


def test_new_hashtags_in_opposite_orders_at_once_are_each_one(ann: Person) -> None:
    people = [ann, *(make_person() for _ in range(5))]
    for number in range(ROUNDS):
        names = [f"#{letter}{number}" for letter in "abcdefgh"]
        bodies = [" ".join(names), " ".join(reversed(names))]
        writes = [partial(write, person, body) for person in people for body in bodies]

        posts = shuffled(writes)

        assert set(hashtags(ann.api, posts[0]["id"]).values()) == {len(writes)}
        assert [list(hashtags(ann.api, each["id"])) for each in posts[:2]] == [
            [name[1:] for name in order] for order in (names, names[::-1])
        ]
    tags_are_counted()


def test_posts_with_hashtags_edited_and_deleted_at_once_count_right(ann: Person, bob: Person) -> None:
    chance = random.Random(7)
    words = [f"#{letter}" for letter in "abcdef"]
    posts = [(person, write(person, "#a #b")["id"]) for person in (ann, bob) * 3]
    acts: list[Callable[[], Any]] = []
    for _ in range(ROUNDS * 3):
        for person, post in posts:
            body = " ".join(chance.sample(words, 4))
            acts.append(partial(act, person, "editPost", post, body=body))
        acts.append(partial(write, chance.choice([ann, bob]), " ".join(chance.sample(words, 4))))
    acts += [partial(act, person, "deletePost", post) for person, post in posts[:3]]

    answers = at_once(chance.sample(acts, len(acts)))

    found = {tuple(problems(each)) for each in answers if "errors" in each}
    assert found <= {(), (("NOT_FOUND", "input.postId"),)}
    tags_are_counted()


def test_feeds_read_while_people_block_each_other_are_whole(ann: Person, bob: Person) -> None:
    for person in (ann, bob):
        write(person)
    ties = [partial(tie, ann, mutation, bob.id) for mutation in ("block", "unblock") * 8]
    document = "{ feed { nodes { author { username } } } }"

    answers = at_once([each for act_ in ties for each in (act_, partial(bob.api.send, document))])

    assert [reply.errors for reply in answers[1::2]] == [[]] * len(ties)


def test_a_block_at_the_moment_of_a_like_leaves_nothing_told(ann: Person, bob: Person) -> None:
    for _ in range(ROUNDS * 2):
        post = write(ann)["id"]

        liked, _ = shuffled([partial(act, bob, "likePost", post), partial(tied, ann, "block", bob)])

        assert problems(liked) in ([], [("NOT_FOUND", "input.postId")])
        tied(ann, "unblock", bob)
        assert not Notification.objects.filter(Q(recipient=ann.user) | Q(actor=ann.user)).exists()
