"""Whatever a few people do in whatever order: the API tells what a naive model of it says."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from content.counts import wrong_counts
from tests.client import problems
from tests.content.steps import act
from tests.people import Person, make_person

pytestmark = pytest.mark.database

SEEN = """{
    users { nodes { username postCount likedPosts(first: 100) { nodes { id } } } }
    feed(first: 60, filter: {includeReplies: true}) { nodes {
        id body author { username } replyTo { id } likeCount replyCount
        replies(first: 50) { nodes { id } }
        likedBy(first: 5) { nodes { username } }
        edits(first: 50) { nodes { body } } } } }"""
NAMES = ("ann", "bob", "carol")
WHO, WHICH, TEXT = st.integers(0, 2), st.integers(0, 7), st.sampled_from(["a", "b", "c"])
NOT_FOUND, NOT_ALLOWED, SELF_ACTION = (
    [(code, "input.postId")] for code in ("NOT_FOUND", "NOT_ALLOWED", "SELF_ACTION")
)


@dataclass
class Text:
    """A post, as the model has it."""

    author: str
    body: str
    parent: str | None
    former: list[str] = field(default_factory=list)
    likers: list[str] = field(default_factory=list)


class Deeds(RuleBasedStateMachine):
    """People do things to the API and to the model alike."""

    people: ClassVar[list[Person]]

    def __init__(self) -> None:
        super().__init__()
        self.posts: dict[str, Text] = {}
        self.ids: list[str] = []  # of the deleted ones too
        self.undo = transaction.atomic()
        self.undo.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @rule(who=WHO, text=TEXT)
    def publish(self, who: int, text: str) -> None:
        self._publish(who, text, None)

    @rule(who=WHO, which=WHICH, text=TEXT)
    def answer(self, who: int, which: int, text: str) -> None:
        self._publish(who, text, self._chosen(which))

    @rule(who=WHO, which=WHICH, text=TEXT)
    def edit(self, who: int, which: int, text: str) -> None:
        post = self._act(who, which, "editPost", body=text)
        if post and post.body != text:
            post.former.insert(0, post.body)
            post.body = text

    @rule(who=WHO, which=WHICH)
    def delete(self, who: int, which: int) -> None:
        if self._act(who, which, "deletePost"):
            gone = self._chosen(which)
            del self.posts[gone]
            for post in self.posts.values():
                post.parent = None if post.parent == gone else post.parent

    @rule(who=WHO, which=WHICH)
    def like(self, who: int, which: int) -> None:
        post = self._act(who, which, "likePost")
        if post and NAMES[who] not in post.likers:
            post.likers.insert(0, NAMES[who])

    @rule(who=WHO, which=WHICH)
    def unlike(self, who: int, which: int) -> None:
        post = self._act(who, which, "unlikePost")
        if post and NAMES[who] in post.likers:
            post.likers.remove(NAMES[who])

    @invariant()
    def the_api_tells_what_the_model_says(self) -> None:
        seen = self.people[0].api.read(SEEN)
        assert [self._told(post) for post in seen["feed"]["nodes"]] == [
            (post_id, self.posts[post_id], self._replies(post_id)) for post_id in reversed(self.posts)
        ]
        for user in seen["users"]["nodes"]:
            written = [post for post in self.posts.values() if post.author == user["username"]]
            liked = {post_id for post_id, post in self.posts.items() if user["username"] in post.likers}
            assert user["postCount"] == len(written)
            assert {post["id"] for post in user["likedPosts"]["nodes"]} == liked

    @invariant()
    def counts_are_their_rows(self) -> None:
        assert list(wrong_counts()) == []

    def _chosen(self, which: int) -> str:
        return self.ids[which % len(self.ids)] if self.ids else "Not an ID!"

    def _replies(self, post_id: str) -> list[str]:
        return [key for key, post in self.posts.items() if post.parent == post_id]

    def _told(self, told: dict[str, Any]) -> tuple[str, Text, list[str]]:
        replies = [reply["id"] for reply in told["replies"]["nodes"]]
        likers = [user["username"] for user in told["likedBy"]["nodes"]]
        assert (told["replyCount"], told["likeCount"]) == (len(replies), len(likers))
        text = Text(
            author=told["author"]["username"],
            body=told["body"],
            parent=told["replyTo"] and told["replyTo"]["id"],
            former=[edit["body"] for edit in told["edits"]["nodes"]],
            likers=likers,
        )
        return told["id"], text, replies

    def _publish(self, who: int, text: str, parent: str | None) -> None:
        payload = self.people[who].api.do("createPost", "post { id }", body=text, replyToId=parent)
        if parent is not None and parent not in self.posts:
            assert problems(payload) == [("NOT_FOUND", "input.replyToId")]
            return
        self.posts[payload["post"]["id"]] = Text(NAMES[who], text, parent)
        self.ids.append(payload["post"]["id"])

    def _act(self, who: int, which: int, mutation: str, **given: Any) -> Text | None:
        """Does it, and checks what is refused. Returns: the post to be changed in the model, if it was."""
        post = self.posts.get(self._chosen(which))
        payload = act(self.people[who], mutation, self._chosen(which), **given)
        assert problems(payload) == self._refused(who, post, mutation)
        return None if problems(payload) else post

    def _refused(self, who: int, post: Text | None, mutation: str) -> list[tuple[str, str]]:
        if post is None:
            return [] if mutation == "deletePost" and self.ids else NOT_FOUND
        mine = post.author == NAMES[who]
        if mutation in ("editPost", "deletePost"):
            return [] if mine else NOT_ALLOWED
        return SELF_ACTION if mine and mutation == "likePost" else []


@pytest.mark.django_db
def test_any_sequence_of_deeds_is_told_right() -> None:
    Deeds.people = [make_person(name) for name in NAMES]

    run_state_machine_as_test(Deeds, settings=settings(max_examples=8, stateful_step_count=25, deadline=None))
