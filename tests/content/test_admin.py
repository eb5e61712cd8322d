"""Posts as moderators see them."""

import pytest
from django.test import Client

from content.counts import wrong_counts
from content.models import Post
from tests.content.steps import done, feed, look, post_count
from tests.people import Person, make_post, post_id
from tests.staff import POSTS, appointed, choose, staff, superuser


def page(post: Post, name: str = "change") -> str:
    return f"{POSTS}{post.pk}/{name}/"


def found(client: Client, query: str) -> set[str]:
    answer = client.get(POSTS, {"q": query})
    return {post.body for post in answer.context["cl"].queryset}


@pytest.mark.parametrize(
    ("query", "bodies"),
    [("needle", {"A needle."}), ("NEEDLE", {"A needle."}), ("bob", {"Bob's."}), ("nothing", set())],
)
def test_posts_are_found_by_text_and_author(ann: Person, bob: Person, query: str, bodies: set[str]) -> None:
    make_post(ann, "A needle.")
    make_post(bob, "Bob's.")

    assert found(staff("view_post"), query) == bodies


def test_a_post_is_found_by_its_key(ann: Person) -> None:
    make_post(ann, "Another.")
    post = make_post(ann, "This.")

    assert found(staff("view_post"), str(post.pk)) == {"This."}


def test_a_post_is_shown_with_its_former_texts(ann: Person) -> None:
    post = make_post(ann, "Former text.")
    done(ann, "editPost", post_id(post), body="Present text.")

    shown = appointed().get(page(post)).content.decode()

    assert "Former text." in shown
    assert "Present text." in shown


def test_markup_in_a_post_is_shown_as_text(ann: Person) -> None:
    post = make_post(ann, "<script>alert(1)</script>")
    moderator = superuser()

    for shown in (moderator.get(POSTS), moderator.get(page(post))):
        assert "<script>alert" not in shown.content.decode()


def test_chosen_posts_are_removed_and_counted(ann: Person, bob: Person) -> None:
    top = make_post(ann, likes=1)
    chosen = [make_post(bob, reply_to=top), make_post(ann, likes=2), make_post(ann, reply_to=top)]

    said = choose(appointed(), POSTS, "remove", *(post.pk for post in chosen))

    assert said == ["Removed: 3."]
    assert feed(ann.api, includeReplies=True) == [post_id(top)]
    assert look(ann.api, post_id(top))["replyCount"] == 0
    assert (post_count(ann), post_count(bob)) == (1, 0)
    assert list(wrong_counts()) == []


def test_a_thread_is_removed_whole(ann: Person) -> None:
    top = make_post(ann)
    reply = make_post(ann, reply_to=top)

    choose(appointed(), POSTS, "remove", top.pk, reply.pk)

    assert (feed(ann.api, includeReplies=True), post_count(ann)) == ([], 0)


def test_replies_to_a_removed_post_stay(ann: Person, bob: Person) -> None:
    post = make_post(ann, likes=1)
    reply = make_post(bob, reply_to=post)

    choose(appointed(), POSTS, "remove", post.pk)

    assert look(ann.api, post_id(reply))["replyTo"] is None
    assert (look(ann.api, post_id(post)), post_count(ann)) == (None, 0)
    assert list(wrong_counts()) == []


def test_a_removed_post_is_gone_from_the_admin_too(ann: Person) -> None:
    post = make_post(ann, "Gone.")
    client = appointed()

    choose(client, POSTS, "remove", post.pk)

    assert found(client, "Gone.") == set()
    assert client.get(page(post)).status_code == 302
    assert choose(client, POSTS, "remove", post.pk)[-1] == "Nothing was there any more."


def test_a_post_is_not_removed_without_a_reason(ann: Person) -> None:
    post = make_post(ann)

    assert choose(appointed(), POSTS, "remove", post.pk, reason=" ") == [
        "Nothing was done. Reason: This cannot be empty."
    ]
    assert feed(ann.api) == [post_id(post)]


def test_whoever_may_only_look_cannot_remove(ann: Person) -> None:
    post = make_post(ann)
    client = staff("view_post", "delete_post", "change_post")

    client.post(POSTS, {"action": "remove", "reason": "Mine.", "_selected_action": [post.pk]})
    client.post(POSTS, {"action": "delete_selected", "post": "yes", "_selected_action": [post.pk]})

    assert client.post(page(post, "delete"), {"post": "yes"}).status_code == 403
    assert feed(ann.api) == [post_id(post)]


def test_nobody_writes_a_post_in_the_admin(ann: Person) -> None:
    answer = superuser().post(f"{POSTS}add/", {"author": ann.user.pk, "body": "Not mine.", "like_count": 5})

    assert answer.status_code == 403
    assert not Post.objects.exists()


def test_nobody_changes_a_post_in_the_admin(ann: Person) -> None:
    post = make_post(ann, "Mine.")

    answer = superuser().post(page(post), {"author": ann.user.pk, "body": "Not mine."})

    assert answer.status_code == 403
    assert Post.objects.get().body == "Mine."


def test_a_person_without_the_staff_mark_sees_no_admin(ann: Person) -> None:
    client = Client()
    client.force_login(ann.user)

    assert client.get(POSTS).status_code == 302
