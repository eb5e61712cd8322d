"""What the people of a made-up network write."""

from collections.abc import Iterator
from typing import NamedTuple

from accounts.keys import key_time
from accounts.words import fold
from content.models import NotificationKind, PostVisibility
from content.models.tags import MAX_SEARCH_KEY
from content.seed.chance import Chance
from content.seed.notices import Notices
from content.seed.people import People
from content.seed.posts import NOTHING, Posts
from content.seed.sizes import NOTIFIED_SINCE_MS, START_MS
from content.seed.tables import EDITS, HASHTAG_USES, HASHTAGS, MENTIONS, POSTS, Sown, words_of
from content.seed.ties import Ties
from content.seed.words import ANSWERS, CLOSERS, EVERYBODYS_HASHTAGS, OPENERS, TOPICS, Topic

EDITED, MENTIONING, TAGGED = 0.02, 0.08, 0.4  # shares of posts
HOUR_MS = 3600 * 1000
PUBLIC, FOLLOWERS = PostVisibility.PUBLIC.value, PostVisibility.FOLLOWERS.value


class Text(NamedTuple):
    """A post's text, and what it points at."""

    body: str
    hashtags: list[str]
    mentioned: list[int]


class Texts:
    """Writes the posts, and keeps count of the hashtags."""

    def __init__(self, chance: Chance, people: People, ties: Ties, posts: Posts, notices: Notices) -> None:
        self._chance, self._people, self._ties = chance, people, ties
        self._posts, self._notices = posts, notices
        hashtags = [*EVERYBODYS_HASHTAGS, *(name for topic in TOPICS for name in topic.hashtags)]
        self._hashtags = {name: chance.key(START_MS + n) for n, name in enumerate(sorted(set(hashtags)))}
        self._uses = dict.fromkeys(self._hashtags, 0)

    @property
    def hashtags(self) -> list[str]:
        """All there are."""
        return list(self._hashtags)

    def rows(self) -> Iterator[Sown]:
        """The posts with what hangs on their texts; at the end the hashtags, which know their counts then."""
        for post in range(self._posts.number):
            yield from self._rows_of(post)
        for name, key in self._hashtags.items():
            yield HASHTAGS, (key, name, fold(name)[:MAX_SEARCH_KEY], self._uses[name])

    def _rows_of(self, post: int) -> Iterator[Sown]:
        posts, chance = self._posts, self._chance
        key, at_ms, is_public = posts.keys[post], posts.written_ms[post], bool(posts.is_public[post])
        text, edited_at = self._text(post), None
        if chance.random() < EDITED:
            edited_ms = chance.later(at_ms, HOUR_MS)
            edited_at = key_time(chance.key(edited_ms))
            yield EDITS, (chance.key(at_ms), key, text.body.replace("e", "", 1) + " …")
        answered = posts.answered[post]
        yield (
            POSTS,
            (
                key,
                self._people.keys[posts.author[post]],
                text.body,
                PUBLIC if is_public else FOLLOWERS,
                edited_at,
                answered != NOTHING,
                None if answered == NOTHING else posts.keys[answered],
                posts.like_count[post],
                posts.reply_count[post],
            ),
        )
        yield words_of(key, text.body)
        for position, name in enumerate(text.hashtags):
            self._uses[name] += is_public
            yield HASHTAG_USES, (key, self._hashtags[name], position)
        for position, person in enumerate(text.mentioned):
            yield MENTIONS, (key, self._people.keys[person], position)
        if at_ms >= NOTIFIED_SINCE_MS:
            yield from self._told(post, text)

    def _told(self, post: int, text: Text) -> Iterator[Sown]:
        posts, of = self._posts, self._notices.of
        author, at_ms, key = posts.author[post], posts.written_ms[post], posts.keys[post]
        answered = posts.answered[post]
        asker = NOTHING if answered == NOTHING else posts.author[answered]
        if asker != NOTHING:
            yield from of(NotificationKind.REPLY, recipient=asker, actor=author, post=key, at_ms=at_ms)
        for person in text.mentioned:
            if person != asker:
                yield from of(NotificationKind.MENTION, recipient=person, actor=author, post=key, at_ms=at_ms)

    def _text(self, post: int) -> Text:
        posts, chance = self._posts, self._chance
        author, answered = posts.author[post], posts.answered[post]
        topic = TOPICS[self._people.topics[author]] if chance.random() < 0.8 else chance.pick(TOPICS)
        if answered == NOTHING:
            parts, mentioned = [_remark(chance, topic)], self._mentioned(author)
            hashtags = _hashtags(chance, topic) if chance.random() < TAGGED else []
        else:
            asker = posts.author[answered]
            mentioned = [asker] if asker != author and chance.random() < 0.3 else []
            parts, hashtags = [chance.pick(ANSWERS)], []
            if chance.random() < 0.5:
                parts.append(_remark(chance, topic))
        parts += [f"@{self._people.usernames[person]}" for person in mentioned]
        parts += [f"#{name}" for name in hashtags]
        return Text(" ".join(parts), hashtags, mentioned)

    def _mentioned(self, author: int) -> list[int]:
        friends = self._ties.following(author) if self._chance.random() < MENTIONING else []
        return [self._chance.pick(friends)] if len(friends) else []


def _remark(chance: Chance, topic: Topic) -> str:
    thing = chance.pick(topic.things)
    remark = chance.pick(topic.remarks).format(thing)
    text = remark[0].upper() + remark[1:]
    if chance.random() < 0.25:
        text = f"{chance.pick(OPENERS)} {text}"
    if chance.random() < 0.3:
        text = f"{text} {chance.pick(CLOSERS)}"
    if chance.random() < 0.1:
        text = f"{text}\n\n{_remark(chance, topic)}"
    return text


def _hashtags(chance: Chance, topic: Topic) -> list[str]:
    """One to three, mostly the topic's commonest."""
    among = topic.hashtags if chance.random() < 0.9 else EVERYBODYS_HASHTAGS
    wanted = chance.pick((1, 1, 2, 3))
    return list(dict.fromkeys(among[int(len(among) * chance.random() ** 2)] for _ in range(wanted)))
