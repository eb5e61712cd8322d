"""What people are told of what others did: once, in the action's transaction, and withdrawn while unread."""

from typing import Any

import pytest

from content.models import Notification
from schema.engine.ids import encode_id
from tests.client import Api, problems
from tests.content.large import purge
from tests.content.steps import act, done, mine, reject, tie, tied, told, unread, write
from tests.people import Person, deactivate, make_person, reactivate

MARKED = "unreadNotificationCount viewer { unreadNotificationCount notifications { nodes { isRead } } }"


def read_up_to(person: Person, notification: str | None = None) -> Any:
    """The payload of marking as read: all, or up to one of them."""
    given = {} if notification is None else {"upToId": notification}
    return person.api.do("markNotificationsRead", MARKED, **given)


def are_read(person: Person) -> list[bool]:
    """Of each notification, newest first, whether it is marked as read."""
    return mine(person, "notifications", "isRead")


def likes(ann: Person, how_many: int) -> list[str]:
    """The IDs, newest first, of what ann is told of likes by new people."""
    post = write(ann)["id"]
    for _ in range(how_many):
        done(make_person(), "likePost", post)
    return mine(ann, "notifications")


# ---------------------------------------------------------------- What is told


def test_a_follow_is_told(ann: Person, bob: Person) -> None:
    tied(bob, "follow", ann)

    assert (told(ann), unread(ann), told(bob)) == ([("FOLLOW", "bob", None)], 1, [])


def test_a_like_is_told(ann: Person, bob: Person) -> None:
    post = write(ann)["id"]

    done(bob, "likePost", post)

    assert (told(ann), unread(ann), told(bob)) == ([("LIKE", "bob", post)], 1, [])


def test_a_reply_is_told_to_who_is_answered_and_not_to_the_thread(
    ann: Person, bob: Person, carol: Person
) -> None:
    reply = write(bob, replyToId=write(ann)["id"])["id"]
    answer = write(carol, replyToId=reply)["id"]

    assert (told(ann), told(bob)) == ([("REPLY", "bob", reply)], [("REPLY", "carol", answer)])


def test_a_mention_is_told(ann: Person, bob: Person, carol: Person) -> None:
    post = write(bob, "@ann and @carol")["id"]

    assert told(ann) == told(carol) == [("MENTION", "bob", post)]


def test_a_reply_that_also_mentions_is_a_reply(ann: Person, bob: Person, carol: Person) -> None:
    reply = write(bob, "@ann @carol", replyToId=write(ann)["id"])["id"]

    assert (told(ann), told(carol)) == ([("REPLY", "bob", reply)], [("MENTION", "bob", reply)])


def test_a_reply_edited_to_mention_who_is_answered_stays_one_reply(ann: Person, bob: Person) -> None:
    reply = write(bob, replyToId=write(ann)["id"])["id"]

    done(bob, "editPost", reply, body="@ann!")

    assert told(ann) == [("REPLY", "bob", reply)]


def test_it_stays_one_reply_when_the_answered_post_is_gone(ann: Person, bob: Person, carol: Person) -> None:
    post = write(ann)["id"]
    reply = write(bob, replyToId=post)["id"]
    done(ann, "deletePost", post)
    purge()

    done(bob, "editPost", reply, body="@ann and @carol!")

    assert (told(ann), told(carol)) == ([("REPLY", "bob", reply)], [("MENTION", "bob", reply)])


def test_what_one_does_to_oneself_is_not_told(ann: Person) -> None:
    post = write(ann, "@ann")["id"]
    write(ann, "@ann", replyToId=post)
    done(ann, "editPost", post, body="@ann again")

    assert (told(ann), Notification.objects.count()) == ([], 0)


def test_each_is_told_once_however_often_it_is_sent(ann: Person, bob: Person) -> None:
    post = write(ann)["id"]
    for _ in range(3):
        done(bob, "likePost", post)
        tied(bob, "follow", ann)
        reply = write(bob, "@ann", replyToId=post, idempotencyKey="k")["id"]

    assert told(ann) == [("REPLY", "bob", reply), ("FOLLOW", "bob", None), ("LIKE", "bob", post)]


def test_bookmarks_mutes_and_blocks_are_not_told(ann: Person, bob: Person) -> None:
    done(bob, "bookmarkPost", write(ann)["id"])
    tied(bob, "mute", ann)
    tied(bob, "block", ann)

    assert Notification.objects.count() == 0


def test_it_tells_when_it_was_done(ann: Person, bob: Person) -> None:
    reply = write(bob, replyToId=write(ann)["id"])

    told_at, kind = ann.api.read("{ viewer { notifications { nodes { createdAt kind } } } }")["viewer"][
        "notifications"
    ]["nodes"][0].values()
    assert (kind, told_at[:16]) == ("REPLY", reply["createdAt"][:16])
    assert told_at >= reply["createdAt"]


def test_the_newest_is_first(ann: Person, bob: Person, carol: Person) -> None:
    post = write(ann)["id"]
    for person in (carol, bob):
        done(person, "likePost", post)
    tied(carol, "follow", ann)

    assert [(kind, actor) for kind, actor, _ in told(ann)] == [
        ("FOLLOW", "carol"),
        ("LIKE", "bob"),
        ("LIKE", "carol"),
    ]


# ---------------------------------------------------------------- What is taken back


def test_taking_a_like_back_takes_it_back_while_unread(ann: Person, bob: Person) -> None:
    post = write(ann)["id"]
    done(bob, "likePost", post)

    done(bob, "unlikePost", post)

    assert (told(ann), unread(ann)) == ([], 0)


def test_unfollowing_takes_it_back_while_unread(ann: Person, bob: Person) -> None:
    tied(bob, "follow", ann)

    tied(bob, "unfollow", ann)

    assert (told(ann), unread(ann)) == ([], 0)


def test_what_was_read_stays_and_is_not_told_again(ann: Person, bob: Person) -> None:
    post = write(ann)["id"]
    for mutation in ("likePost", "unlikePost", "likePost"):
        done(bob, mutation, post)
        read_up_to(ann)
    for mutation in ("follow", "unfollow", "follow"):
        tied(bob, mutation, ann)
        read_up_to(ann)

    assert told(ann) == [("FOLLOW", "bob", None), ("LIKE", "bob", post)]
    assert unread(ann) == 0


def test_only_the_withdrawn_is_taken_back(ann: Person, bob: Person, carol: Person) -> None:
    one, other = write(ann)["id"], write(ann)["id"]
    for person, post in ((bob, one), (carol, one), (bob, other)):
        done(person, "likePost", post)

    done(bob, "unlikePost", one)

    assert told(ann) == [("LIKE", "bob", other), ("LIKE", "carol", one)]


def test_what_tells_of_a_deleted_post_is_gone_at_once(ann: Person, bob: Person) -> None:
    post, other = write(ann)["id"], write(ann)["id"]
    for each in (post, other):
        done(bob, "likePost", each)
    reply = write(bob, "@ann", replyToId=post)["id"]

    done(ann, "deletePost", post)
    assert (told(ann), unread(ann)) == ([("REPLY", "bob", reply), ("LIKE", "bob", other)], 2)

    done(bob, "deletePost", reply)
    assert (told(ann), unread(ann)) == ([("LIKE", "bob", other)], 1)


def test_what_a_deactivated_person_did_is_hidden_until_they_are_back(ann: Person, bob: Person) -> None:
    tied(bob, "follow", ann)

    deactivate(bob)
    assert (told(ann), unread(ann)) == ([], 0)

    reactivate(bob)
    assert (told(ann), unread(ann)) == ([("FOLLOW", "bob", None)], 1)


def test_what_is_refused_is_not_told(ann: Person, bob: Person) -> None:
    post = write(ann)["id"]
    reject(bob)
    act(bob, "likePost", post)
    tie(bob, "follow", ann.id)
    for given in ({"replyToId": post}, {}):
        bob.api.do("createPost", "post { id }", body="@ann", **given)

    assert Notification.objects.count() == 0


def test_an_action_that_fails_half_way_tells_nothing(
    ann: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("content.actions.posts.IdempotencyKey.objects.filter", fail)
    document = 'mutation { createPost(input: {body: "@ann", idempotencyKey: "k"}) { post { id } } }'

    reply = bob.api.send(document)

    assert reply.codes == ["INTERNAL_SERVER_ERROR"]
    assert (told(ann), Notification.objects.count()) == ([], 0)


def fail(*args: object, **kwargs: object) -> None:
    raise RuntimeError("half-way")


# ---------------------------------------------------------------- What is read


def test_all_can_be_marked_as_read(ann: Person, bob: Person) -> None:
    likes(ann, 3)
    tied(ann, "follow", bob)

    payload = read_up_to(ann)

    marked = {"unreadNotificationCount": 0, "notifications": {"nodes": [{"isRead": True}] * 3}}
    assert payload == {"unreadNotificationCount": 0, "viewer": marked, "errors": []}
    assert (are_read(ann), are_read(bob), unread(bob)) == ([True] * 3, [False], 1)


def test_they_can_be_marked_up_to_and_including_one(ann: Person) -> None:
    _, middle, oldest = likes(ann, 3)

    assert [read_up_to(ann, each)["unreadNotificationCount"] for each in (oldest, middle)] == [2, 1]
    assert are_read(ann) == [False, True, True]


def test_marking_again_changes_nothing(ann: Person) -> None:
    middle = likes(ann, 3)[1]

    assert [read_up_to(ann, middle)["unreadNotificationCount"] for _ in range(3)] == [1, 1, 1]
    assert [read_up_to(ann)["unreadNotificationCount"] for _ in range(2)] == [0, 0]


def test_marking_up_to_an_older_one_unmarks_nothing(ann: Person) -> None:
    newest, _, oldest = likes(ann, 3)

    assert [read_up_to(ann, each)["unreadNotificationCount"] for each in (newest, oldest)] == [0, 0]


def test_what_is_told_after_marking_is_unread(ann: Person, bob: Person) -> None:
    likes(ann, 2)
    read_up_to(ann)

    tied(bob, "follow", ann)

    assert (are_read(ann), unread(ann)) == ([False, True, True], 1)


def test_only_the_unread_can_be_listed(ann: Person, bob: Person) -> None:
    likes(ann, 2)
    read_up_to(ann)
    tied(bob, "follow", ann)

    assert told(ann, unread_only=True) == [("FOLLOW", "bob", None)]
    assert len(told(ann)) == 3


def test_somebody_elses_is_not_found(ann: Person, bob: Person) -> None:
    theirs = likes(ann, 1)[0]
    likes(bob, 1)

    refused = read_up_to(bob, theirs)

    assert problems(refused) == [("NOT_FOUND", "input.upToId")]
    assert (refused["viewer"], refused["unreadNotificationCount"]) == (None, None)
    assert (are_read(ann), are_read(bob)) == ([False], [False])


@pytest.mark.parametrize(
    "no_id", ["", "Not an ID!", encode_id("Notification", 2**62), encode_id("Notification", 0)]
)
def test_what_is_no_notification_is_not_found_and_marks_nothing(ann: Person, no_id: str) -> None:
    likes(ann, 1)

    assert problems(read_up_to(ann, no_id)) == [("NOT_FOUND", "input.upToId")]
    assert are_read(ann) == [False]


def test_a_post_is_no_notification(ann: Person) -> None:
    likes(ann, 1)

    assert problems(read_up_to(ann, write(ann)["id"])) == [("NOT_FOUND", "input.upToId")]


def test_null_marks_all(ann: Person) -> None:
    likes(ann, 2)

    payload = ann.api.do("markNotificationsRead", "unreadNotificationCount", upToId=None)

    assert payload == {"unreadNotificationCount": 0, "errors": []}


def test_marking_needs_signing_in(api: Api) -> None:
    reply = api.send("mutation { markNotificationsRead(input: {}) { unreadNotificationCount } }")

    assert (reply.status, reply.codes) == (200, ["UNAUTHENTICATED"])
    assert reply.data == {"markNotificationsRead": None}


def test_one_is_a_node_for_its_recipient_alone(ann: Person, bob: Person, api: Api) -> None:
    tied(bob, "follow", ann)
    found = mine(ann, "notifications")[0]
    document = (
        f'{{ node(id: "{found}") {{ id ... on Notification {{ kind isRead actor {{ username }} }} }} }}'
    )

    seen = {"id": found, "kind": "FOLLOW", "isRead": False, "actor": {"username": "bob"}}
    assert [each.read(document)["node"] for each in (ann.api, bob.api, api)] == [seen, None, None]


def test_an_account_whose_address_receives_no_mail_may_mark(ann: Person) -> None:
    likes(ann, 1)
    reject(ann)

    assert read_up_to(ann)["unreadNotificationCount"] == 0


def test_the_list_is_read_page_by_page(ann: Person) -> None:
    found = likes(ann, 3)
    document = """query($at: String) { viewer { notifications(first: 2, after: $at) {
        totalCount nodes { id } pageInfo { hasNextPage endCursor } } } }"""

    first = ann.api.read(document, at=None)["viewer"]["notifications"]
    second = ann.api.read(document, at=first["pageInfo"]["endCursor"])["viewer"]["notifications"]

    assert [[each["id"] for each in page["nodes"]] for page in (first, second)] == [found[:2], found[2:]]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (
        3,
        True,
        False,
    )
