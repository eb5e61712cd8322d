"""Whole runs of the command against a server that behaves."""

from collections import Counter
from pathlib import Path

import pytest

from bot.rules import number_of_posts
from tests.bot.conftest import Command, likes_by_place
from tests.bot.fake_server import FakeServer


def test_a_run_does_what_its_configuration_says_and_proves_it(bot: Command, server: FakeServer) -> None:
    finished = bot.run(users=10, posts=4, likes=6)

    posts = Counter(post.author for post in server.data.posts.values())
    likes = Counter(liker for post in server.data.posts.values() for liker in post.likers)
    assert (finished.exit_code, finished.stderr) == (0, "")
    assert set(posts) == set(server.data.users)
    assert sorted(posts.values()) == sorted(number_of_posts(user, seed=1, maximum=4) for user in range(10))
    assert max(likes.values()) <= 6
    assert bot.entries("proof")[0]["ok"] is True


def test_everything_on_the_server_is_in_the_journal(bot: Command, server: FakeServer) -> None:
    bot.run(users=6)

    journaled = {(entry["user"], entry["post"]) for entry in bot.entries("like")}
    assert {entry["user"] for entry in bot.entries("signup")} == set(server.data.users)
    assert {entry["post"] for entry in bot.entries("post")} == set(server.data.posts)
    assert journaled == {(liker, post.id) for post in server.data.posts.values() for liker in post.likers}


def test_the_run_stops_because_of_what_the_server_says(bot: Command, server: FakeServer) -> None:
    bot.run(users=6, posts=2, likes=50)

    (stop,) = bot.entries("stop")
    unliked = [post.id for post in server.data.posts.values() if post.like_count == 0]
    assert (stop["reason"], stop["zero"], stop["gone"]) == ("all_liked", unliked, [])


def test_a_turn_journals_what_the_server_said(bot: Command, server: FakeServer) -> None:
    bot.run(users=3, posts=2, likes=2)

    first, second, *_ = bot.entries("turn", "like")
    assert (first["kind"], second["kind"]) == ("turn", "like")
    assert sorted(first["zero"]) == sorted(server.data.posts)
    assert first["gone"] == []
    assert "most posts" in first["reason"]


@pytest.mark.parametrize(
    ("users", "posts", "likes", "reason"),
    [
        (0, 3, 5, "all_liked"),  # nobody, nothing
        (3, 0, 5, "all_liked"),  # no posts
        (3, 2, 0, "nobody_can_act"),  # nobody may
        (1, 2, 5, "nobody_can_act"),  # nobody else
        (2, 1, 5, "all_liked"),
    ],
)
def test_the_smallest_runs_end_well(
    users: int, posts: int, likes: int, reason: str, bot: Command, server: FakeServer
) -> None:
    finished = bot.run(users=users, posts=posts, likes=likes)

    assert finished.exit_code == 0
    assert bot.entries("stop")[0]["reason"] == reason
    assert len(server.data.users) == users


def test_the_same_seed_gives_the_same_likes_on_any_server(tmp_path: Path) -> None:
    likes = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        fresh = FakeServer()
        fresh.start()
        bot = Command(folder, fresh)
        assert bot.run("--concurrency", "3", users=6).exit_code == 0
        likes.append(bot.likes)
        fresh.stop()

    assert likes[0] == likes[1] != []


def test_a_second_run_on_the_same_server_does_not_collide(bot: Command, server: FakeServer) -> None:
    first = bot.run()
    bot.journal = bot.folder / "second.jsonl"
    second = bot.run()

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert len(server.data.users) == 8


def test_without_a_seed_one_is_drawn_told_and_stored(bot: Command, server: FakeServer) -> None:
    (bot.folder / "bot.yaml").write_text("number_of_users: 2\nmax_posts_per_user: 1\nmax_likes_per_user: 1\n")

    finished = bot("run", "--url", server.url, "--journal", str(bot.journal))

    run = bot.entries("run")[0]
    assert run["seed"] == run["config"]["seed"]
    assert f"seed {run['seed']}" in finished.stdout


def test_without_a_journal_named_one_is_made_and_told(bot: Command, server: FakeServer) -> None:
    (bot.folder / "bot.yaml").write_text("number_of_users: 2\nmax_posts_per_user: 1\nmax_likes_per_user: 1\n")

    finished = bot("run", "--url", server.url)

    (journal,) = (bot.folder / "var" / "bot").iterdir()
    assert f"Journal: var/bot/{journal.name}" in finished.stdout


def test_neither_passwords_nor_tokens_are_journaled(bot: Command, server: FakeServer) -> None:
    bot.run()

    written = bot.journal.read_text()
    secrets = [user.password for user in server.data.users.values()]
    secrets += [*server.data.user_by_token, *server.data.user_by_refresh_token]
    assert len(secrets) >= 12
    assert not [secret for secret in secrets if secret in written]


def test_the_waiting_is_little(bot: Command, server: FakeServer) -> None:
    bot.run(users=20, posts=10, likes=15)

    turns = len(bot.entries("turn"))
    assert server.count("createPost") == 20  # up to 10 posts in a request
    assert server.count("nodes") == turns + 1  # one look before each turn, and one before the stop
    assert server.count("likePost") <= 2 * turns  # up to 10 likes in a request


def test_a_dry_run_sends_nothing_and_tells_the_very_likes(bot: Command, server: FakeServer) -> None:
    bot.configure(users=5, posts=3, likes=4)
    rehearsed = bot("run", "--dry-run", "--json")
    sent = len(server.requests)
    bot.run(users=5, posts=3, likes=4)

    assert (rehearsed.exit_code, sent) == (0, 0)
    assert likes_by_place(rehearsed.objects) == bot.likes != []


def test_a_dry_run_leaves_no_file(bot: Command) -> None:
    bot.configure(users=5, posts=3, likes=4)
    bot("run", "--dry-run")

    assert list(bot.folder.iterdir()) == [bot.folder / "bot.yaml"]


@pytest.mark.long
def test_a_large_run_is_planned_fast_and_small(bot: Command) -> None:
    bot.configure(users=300, posts=20, likes=50)
    finished = bot("run", "--dry-run", "--json")

    summary = finished.objects[-1]
    assert finished.exit_code == 0
    assert (summary["users"], summary["proof"]["ok"]) == (300, True)
    assert summary["seconds"] < 30
