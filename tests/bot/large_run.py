"""A run too large for the naive rules: everybody has as many posts, so the order is that of the signups."""

from random import Random

from bot.verdict import ServerData
from tests.bot.simulated import Entry, JournalWriter, Server


def large_run(*, users: int, posts_each: int, max_likes: int) -> tuple[list[Entry], ServerData]:
    """The journal of such a run, finished and right, with the server's data."""
    random = Random(1)
    server = Server()
    journal = JournalWriter(users=users, max_posts=posts_each, max_likes=max_likes)
    names = [f"user{index}" for index in range(users)]
    for index, name in enumerate(names):
        server.users.append(name)
        journal.write("signup", user=name, index=index)
    for name in names:
        for index in range(posts_each):
            post = f"post-{name}-{index}"
            server.create_post(post, name)
            journal.write("post", user=name, author=name, index=index, post=post, like_count=0)
    for name in names:
        _take_turn(name, server, journal, random, max_likes)
    reason = "nobody_can_act" if _zero(server) else "all_liked"
    journal.write("stop", reason=reason, zero=_zero(server), gone=[])
    return journal.entries, server.data()


def _take_turn(name: str, server: Server, journal: JournalWriter, random: Random, max_likes: int) -> None:
    zero = _zero(server)
    authors = server.author_by_post
    open_posts: dict[str, set[str]] = {}
    for post in zero:
        open_posts.setdefault(authors[post], set()).add(post)
    open_posts.pop(name, None)
    permitted = [post for post in authors if authors[post] in open_posts]
    posts = sum(author == name for author in authors.values())
    if not permitted:
        return
    said = {"reason": f"{name} has the most posts ({posts})", "posts": posts, "permitted": len(permitted)}
    journal.write("turn", user=name, zero=zero, gone=[], **said)
    random.shuffle(permitted)
    likes = 0
    for post in permitted:
        author = authors[post]
        if likes == max_likes or author not in open_posts:
            continue
        likes += 1
        journal.write("like", user=name, post=post, author=author, like_count=server.like(post, name))
        open_posts[author].discard(post)
        if not open_posts[author]:
            del open_posts[author]


def _zero(server: Server) -> list[str]:
    return [post for post, likers in server.likers_by_post.items() if not likers]
