"""Posts as moderators see them."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from content.counts import wrong_counts
from content.models import Post
from tests.content.steps import done, look, post_count
from tests.people import PASSWORD, Person, make_post, post_id

LIST = "admin:content_post_changelist"


def staff(*permissions: str) -> Client:
    """The admin as somebody with these permissions sees it; "all": everything."""
    user = User.objects.create_superuser("moderator1", "moderator1@example.com", PASSWORD)
    if "all" not in permissions:
        user.is_superuser = False
        user.save()
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def page(name: str, post: Post) -> str:
    return reverse(f"admin:content_post_{name}", args=[post.pk])


def delete_chosen(client: Client, *posts: Post) -> Any:
    chosen = {"action": "delete_selected", "_selected_action": [post.pk for post in posts], "post": "yes"}
    return client.post(reverse(LIST), chosen)


@pytest.mark.parametrize(
    ("query", "found"),
    [("needle", {"A needle."}), ("NEEDLE", {"A needle."}), ("bob", {"Bob's."}), ("nothing", set())],
)
def test_posts_are_found_by_text_and_author(ann: Person, bob: Person, query: str, found: set[str]) -> None:
    make_post(ann, "A needle.")
    make_post(bob, "Bob's.")

    answer = staff("view_post").get(reverse(LIST), {"q": query})

    assert {post.body for post in answer.context["cl"].queryset} == found


def test_a_post_is_shown_with_its_former_texts(ann: Person) -> None:
    post = make_post(ann, "Former text.")
    done(ann, "editPost", post_id(post), body="Present text.")

    shown = staff("view_post", "view_postedit").get(page("change", post)).content.decode()

    assert "Former text." in shown
    assert "Present text." in shown


def test_markup_in_a_post_is_shown_as_text(ann: Person) -> None:
    post = make_post(ann, "<script>alert(1)</script>")
    moderator = staff("all")

    for shown in (moderator.get(reverse(LIST)), moderator.get(page("change", post))):
        assert "<script>alert" not in shown.content.decode()


def test_chosen_posts_are_removed_and_counted(ann: Person, bob: Person) -> None:
    top = make_post(ann, likes=1)
    chosen = [make_post(bob, reply_to=top), make_post(ann, likes=2), make_post(ann, reply_to=top)]

    answer = delete_chosen(staff("all"), *chosen)

    assert answer.status_code == 302
    assert list(Post.objects.all()) == [top]
    assert look(ann.api, post_id(top))["replyCount"] == 0
    assert (post_count(ann), post_count(bob)) == (1, 0)
    assert list(wrong_counts()) == []


def test_a_thread_is_removed_whole(ann: Person) -> None:
    top = make_post(ann)
    reply = make_post(ann, reply_to=top)

    delete_chosen(staff("all"), top, reply)

    assert (Post.objects.count(), post_count(ann)) == (0, 0)


def test_one_post_is_removed_from_its_page_and_its_replies_stay(ann: Person, bob: Person) -> None:
    post = make_post(ann, likes=1)
    reply = make_post(bob, reply_to=post)

    answer = staff("all").post(page("delete", post), {"post": "yes"})

    assert answer.status_code == 302
    assert look(ann.api, post_id(reply))["replyTo"] is None
    assert post_count(ann) == 0
    assert list(wrong_counts()) == []


def test_whoever_may_delete_posts_needs_no_other_permission(ann: Person) -> None:
    post = make_post(ann, likes=1)
    done(ann, "editPost", post_id(post), body="Edited.")

    delete_chosen(staff("view_post", "delete_post"), post)

    assert not Post.objects.exists()


def test_whoever_may_only_look_cannot_remove(ann: Person) -> None:
    post = make_post(ann)
    moderator = staff("view_post")

    delete_chosen(moderator, post)

    assert moderator.post(page("delete", post), {"post": "yes"}).status_code == 403
    assert list(Post.objects.all()) == [post]


def test_nobody_writes_a_post_in_the_admin(ann: Person) -> None:
    answer = staff("all").post(
        reverse("admin:content_post_add"), {"author": ann.user.pk, "body": "Not mine.", "like_count": 5}
    )

    assert answer.status_code == 403
    assert not Post.objects.exists()


def test_nobody_changes_a_post_in_the_admin(ann: Person) -> None:
    post = make_post(ann, "Mine.")

    answer = staff("all").post(page("change", post), {"author": ann.user.pk, "body": "Not mine."})

    assert answer.status_code == 403
    assert Post.objects.get().body == "Mine."


def test_a_person_without_the_staff_mark_sees_no_admin(ann: Person) -> None:
    client = Client()
    client.force_login(ann.user)

    assert client.get(reverse(LIST)).status_code == 302
