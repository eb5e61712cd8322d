"""The report's sections about the run: likes over time, the people, and how to repeat it."""

import shlex
from collections.abc import Sequence
from html import escape

from bot.report_facts import Moment, Origin, UserFacts
from bot.report_svg import bar, scale_of, timeline

_PEOPLE_AT_ONCE = 25
_COMMAND = ("number_of_users", "max_posts_per_user", "max_likes_per_user", "seed", "url")


def counted(number: int, one: str, many: str | None = None) -> str:
    """As in "1 like" and "1,204 likes"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def named(user: str) -> str:
    """A username as HTML: apart from text in another direction, and broken where that hurts least."""
    return f"<bdi>{escape(user).replace('_', '_<wbr>')}</bdi>"


def duration(seconds: float) -> str:
    """As in "0", "83 ms", "4.2 s" and "75 min"."""
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms" if seconds else "0"
    if seconds < 600:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:,.0f} min"


def timeline_section(moments: Sequence[Moment]) -> str:
    """The chart of likes made and posts without a like; nothing when no turn was taken."""
    if len(moments) < 2:
        return ""
    first, last = moments[0], moments[-1]
    top = scale_of(moments)
    title = (
        f"In {duration(last.at_s)}: {counted(last.likes, 'like')} made,"
        f" posts with 0 likes from {first.unliked_posts:,} down to {last.unliked_posts:,}"
    )
    scale = "".join(f"<span>{top * part // 4:,}</span>" for part in (4, 3, 2, 1, 0))
    times = "".join(f"<span>{duration(last.at_s * part / 4)}</span>" for part in range(5))
    return (
        '<section id="time"><h2>Likes over time</h2><figure><figcaption><span>Likes made</span>'
        '<span class="second">Posts with 0 likes</span></figcaption>'
        f'<div class="chart"><div class="scale">{scale}</div>{timeline(moments, title)}'
        f'<div class="times">{times}</div></div></figure></section>'
    )


def people_section(people: Sequence[UserFacts]) -> str:
    """Posts and likes of every user; those beyond the first screens fold away."""
    if not people:
        return ""
    largest = UserFacts(
        name="",
        posts=max(user.posts for user in people),
        likes_made=max(user.likes_made for user in people),
        likes_received=max(user.likes_received for user in people),
    )
    table = _people_table(people[:_PEOPLE_AT_ONCE], largest)
    if rest := people[_PEOPLE_AT_ONCE:]:
        summary = f"{counted(len(rest), 'more user')}"
        table += f'<details class="more"><summary>{summary}</summary>{_people_table(rest, largest)}</details>'
    return f'<section id="users"><h2>Posts and likes by user</h2>{table}</section>'


def _people_table(people: Sequence[UserFacts], largest: UserFacts) -> str:
    rows = "".join(_person(user, largest) for user in people)
    return (
        '<table><colgroup><col class="name"><col><col><col></colgroup><thead><tr><th scope="col">User</th>'
        '<th scope="col">Posts</th><th scope="col">Likes made</th><th scope="col">Likes received</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>"
    )


def _person(user: UserFacts, largest: UserFacts) -> str:
    bars = (
        (user.posts, largest.posts, counted(user.posts, "post")),
        (user.likes_made, largest.likes_made, f"{counted(user.likes_made, 'like')} made"),
        (user.likes_received, largest.likes_received, f"{counted(user.likes_received, 'like')} received"),
    )
    cells = "".join(
        f'<td><div class="amount">{bar(value, maximum, title)}<span>{value:,}</span></div></td>'
        for value, maximum, title in bars
    )
    return f'<tr><th scope="row">{named(user.name)}</th>{cells}</tr>'


def repeat_section(origin: Origin | None) -> str:
    """What the run was asked for, and the command that repeats it; nothing when the journal does not say."""
    if origin is None:
        return ""
    config = {**origin.config, "seed": origin.seed, "url": origin.url}
    shown = {
        "run": origin.run,
        "began": f"{origin.began:%Y-%m-%d %H:%M:%S} UTC",
        "server": origin.url,
        "seed": origin.seed,
        **{key: value for key, value in config.items() if key not in ("url", "seed")},
    }
    rows = "".join(
        f"<dt>{escape(str(key).replace('_', ' ').capitalize())}</dt><dd>{escape(str(value))}</dd>"
        for key, value in shown.items()
    )
    options = (
        f"--{key.replace('_', '-')} {shlex.quote(str(config[key]))}" for key in _COMMAND if key in config
    )
    command = " ".join(("python -m bot run", *options))
    return (
        f'<section id="repeat"><h2>Run and repeat</h2><dl class="facts">{rows}</dl>'
        "<p>The same seed and numbers give the same likes, by user and post number, on any server that nobody"
        f" else uses meanwhile:</p><pre><code>{escape(command)}</code></pre>"
        "<p>To judge this run again:</p><pre><code>python -m bot verify JOURNAL</code></pre></section>"
    )
