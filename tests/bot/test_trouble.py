"""Whole runs of the command with trouble in them: others at work, refusals, a server that dies or lies."""

import json
from collections import Counter
from collections.abc import Callable
from threading import Timer

import pytest

from tests.bot.conftest import Command, Likes
from tests.bot.fake_api import Post
from tests.bot.fake_server import Answer, FakeServer, LoseAnswer
from tests.sparing import others_long


def lose_answer() -> Answer | None:
    raise LoseAnswer


def first_post(server: FakeServer) -> Post:
    return next(iter(server.data.posts.values()))


class TestNetwork:
    @pytest.mark.parametrize("step", others_long("likePost", ["signup", "createPost", "nodes", "user"]))
    def test_lost_answers_change_nothing(
        self, step: str, bot: Command, server: FakeServer, undisturbed: Likes
    ) -> None:
        server.trap(step, lose_answer, times=3)

        finished = bot.run(users=5)

        assert finished.exit_code == 0
        assert bot.likes == undisturbed
        assert len(server.data.users) == 5

    @pytest.mark.parametrize("step", others_long("likePost", ["createPost", "nodes"]))
    def test_a_server_that_dies_and_comes_back_changes_nothing(
        self, step: str, bot: Command, server: FakeServer, undisturbed: Likes
    ) -> None:
        def die() -> Answer | None:
            server.stop()
            Timer(1, server.start).start()
            raise LoseAnswer

        server.trap(step, die, skip=1)

        finished = bot.run(users=5)

        assert finished.exit_code == 0
        assert bot.likes == undisturbed

    def test_tokens_that_run_out_change_nothing(
        self, bot: Command, server: FakeServer, undisturbed: Likes
    ) -> None:
        server.trap("createPost", server.expire_tokens, skip=2)
        server.trap("likePost", server.expire_tokens, skip=1)

        finished = bot.run(users=5)

        assert finished.exit_code == 0
        assert bot.likes == undisturbed


class TestOthersAtWork:
    def test_a_deleted_post_leaves_the_run(self, bot: Command, server: FakeServer) -> None:
        def delete() -> None:
            del server.data.posts[first_post(server).id]

        server.trap("nodes", delete)

        finished = bot.run(users=5)

        (gone,) = bot.entries("turn")[0]["gone"]
        assert finished.exit_code == 0
        assert gone not in {entry["post"] for entry in bot.entries("like")}
        assert bot.entries("stop")[0]["gone"] == [gone]

    def test_posts_deleted_just_before_their_likes_cost_no_other_like(
        self, bot: Command, server: FakeServer
    ) -> None:
        def delete_all_of_an_author() -> None:
            ((author, _),) = Counter(post.author for post in server.data.posts.values()).most_common()[-1:]
            for post in [post.id for post in server.data.posts.values() if post.author == author]:
                del server.data.posts[post]

        server.trap("likePost", delete_all_of_an_author)

        finished = bot.run(users=5, posts=4, likes=50)  # the first request likes all that others wrote

        assert finished.exit_code == 0
        assert {entry["reason"] for entry in bot.entries("refused")} == {"NOT_FOUND"}

    def test_a_count_that_falls_back_to_0_makes_its_author_eligible_again(
        self, bot: Command, server: FakeServer
    ) -> None:
        def like_all() -> None:
            for post in server.data.posts:
                server.data.like("stranger", post)

        def take_back() -> None:
            for post in server.data.posts.values():
                post.likers.remove("stranger")
                post.like_count -= 1

        server.trap("likePost", like_all)
        server.trap("nodes", take_back, skip=1)

        finished = bot.run(users=5, posts=3, likes=1)

        _, second = bot.entries("turn")[:2]
        assert finished.exit_code == 0
        assert len(second["zero"]) == len(server.data.posts) - 1

    def test_likes_of_others_end_the_run_earlier(self, bot: Command, server: FakeServer) -> None:
        def like_all() -> None:
            for post in server.data.posts:
                server.data.like("stranger", post)

        server.trap("nodes", like_all, skip=1)

        finished = bot.run(users=5)

        (stop,) = bot.entries("stop")
        assert (finished.exit_code, stop["reason"], stop["zero"]) == (0, "all_liked", [])
        assert len(bot.entries("turn")) == 1


class TestRefusals:
    def test_a_user_whose_signup_is_refused_is_left_out_and_reported(
        self, bot: Command, server: FakeServer
    ) -> None:
        errors = [{"code": "EMAIL_UNDELIVERABLE", "message": "No", "field": ["input", "email"]}]
        payload = {"user": None, "token": None, "refreshToken": None, "errors": errors}
        server.trap("signup", lambda: Answer(200, json.dumps({"data": {"signup": payload}})))

        finished = bot.run(users=5)

        (refused,) = bot.entries("refused")
        assert (finished.exit_code, len(server.data.users)) == (4, 4)
        assert refused["reason"] == "EMAIL_UNDELIVERABLE"
        assert refused["index"] not in {entry["index"] for entry in bot.entries("signup")}
        assert "Refused: 1 EMAIL_UNDELIVERABLE" in finished.stdout

    def test_refused_posts_are_left_out_and_reported(self, bot: Command, server: FakeServer) -> None:
        author = refuse_to_first_user(server, "createPost")

        finished = bot.run(users=5)

        refused = bot.entries("refused")
        assert finished.exit_code == 4
        assert [entry["index"] for entry in refused] == list(range(len(refused))) != []
        assert {entry["user"] for entry in refused} == {author()}
        assert author() not in {post.author for post in server.data.posts.values()}

    def test_a_post_that_may_not_be_liked_leaves_the_run(self, bot: Command, server: FakeServer) -> None:
        def refuse() -> None:
            server.data.refusals["likePost", first_post(server).id] = "BLOCKED"

        server.trap("nodes", refuse)

        finished = bot.run(users=5, likes=50)  # until everything is tried

        (refused,) = bot.entries("refused")
        assert finished.exit_code == 0
        assert (refused["post"], refused["reason"]) == (first_post(server).id, "BLOCKED")
        assert bot.entries("stop")[0]["gone"] == [refused["post"]]

    def test_a_user_who_may_not_like_at_all_acts_no_more(self, bot: Command, server: FakeServer) -> None:
        user = refuse_to_first_user(server, "likePost", "nodes")

        finished = bot.run(users=5, likes=1)  # so that everybody has a turn

        (refused,) = bot.entries("refused")
        assert finished.exit_code == 4
        assert (refused["user"], refused["reason"]) == (user(), "NOT_ALLOWED")
        assert {"post", "index"}.isdisjoint(refused)
        assert user() not in {entry["user"] for entry in bot.entries("like")}

    def test_a_user_whose_account_is_taken_away_acts_no_more(self, bot: Command, server: FakeServer) -> None:
        def take_away() -> None:
            next(iter(server.data.users.values())).password = "another password"
            server.data.user_by_refresh_token.clear()
            server.expire_tokens()

        server.trap("nodes", take_away)

        finished = bot.run(users=5, likes=1)  # so that everybody has a turn

        (refused,) = bot.entries("refused")
        assert finished.exit_code == 4
        assert (refused["user"], refused["reason"]) == (next(iter(server.data.users)), "INVALID_CREDENTIALS")


class TestLies:
    """The proof is by the server's data alone, read back in the end by the field `user`."""

    def test_a_count_that_is_not_the_number_of_likers_is_found(
        self, bot: Command, server: FakeServer
    ) -> None:
        def miscount() -> None:
            first_post(server).like_count += 1

        server.trap("user", miscount)

        finished = bot.run(users=5)

        assert finished.exit_code == 1
        assert "BROKEN RULE: like counts" in finished.stdout
        assert bot.entries("proof")[0]["ok"] is False

    def test_a_like_that_was_lost_is_found_with_its_action(self, bot: Command, server: FakeServer) -> None:
        def forget() -> None:
            liked = next(post for post in server.data.posts.values() if post.likers)
            forgotten.append((liked.likers.pop(), liked.id))
            liked.like_count -= 1

        forgotten: list[tuple[str, str]] = []
        server.trap("user", forget)

        finished = bot.run("--json", users=5)

        (verdict,) = [item for item in finished.objects if item["kind"] == "verdict"]
        action = verdict["violation"]["entry"]
        assert finished.exit_code == 1
        assert [(action["user"], action["post"])] == forgotten

    def test_a_post_that_was_lost_is_found(self, bot: Command, server: FakeServer) -> None:
        def forget() -> None:
            del server.data.posts[first_post(server).id]

        server.trap("user", forget)

        assert bot.run(users=5).exit_code == 1


def refuse_to_first_user(server: FakeServer, mutation: str, step: str | None = None) -> Callable[[], str]:
    """From the first such step on, the first user to sign up may not do this. Returns who it was."""

    def first_user() -> str:
        return next(iter(server.data.users))

    def refuse() -> None:
        server.data.refusals[mutation, first_user()] = "NOT_ALLOWED"

    server.trap(step or mutation, refuse)
    return first_user
