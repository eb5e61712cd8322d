"""What the bot asks of the server, and the answers as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.client import FieldError
from bot.people import Person
from bot.readback import read_back
from bot.reading import NODES_A_FIELD, ROOT_FIELDS, Field, Reader
from bot.server import Account, AccountLost, Server, schema_kept
from bot.verdict import ServerData

# The API's limits on one document.
MUTATIONS_A_DOCUMENT = 10
_BYTES_OF_IDS = 80_000  # of 100,000 in a body

_SIGN_UP = """
mutation($input: SignupInput!) {
  signup(input: $input) { user { username } token refreshToken errors { code } }
}
"""
_POST = "{ post { id likeCount } errors { code field } }"
_CREATE_POST = Field(f"createPost(input: $input) {_POST}", {"input": "CreatePostInput!"})
_LIKE_POST = Field(f"likePost(input: $input) {_POST}", {"input": "LikePostInput!"})
_LIKE_COUNTS = Field("nodes(ids: $ids) { ... on Post { id likeCount } }", {"ids": "[ID!]!"})


@dataclass(frozen=True, slots=True)
class PostState:
    """A post that the server has: its global ID, and its likes at that moment."""

    id: str
    like_count: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """The server will not do it, for the reason `code`. `is_about_user`: it takes nothing from them."""

    code: str
    is_about_user: bool = False


Outcome = PostState | Refusal


@dataclass(frozen=True, slots=True)
class Draft:
    """A post to be written: sent again with the same key, it is the same post."""

    body: str
    idempotency_key: str


class Api(Protocol):
    """What a run needs of a server. Any of it may raise `ServerAway`; up to 10 drafts or IDs at a time."""

    def sign_up(self, person: Person) -> Refusal | None:
        """Creates the account, or finds that it is ours already. None: it is there."""

    def create_posts(self, author: Person, drafts: Sequence[Draft]) -> list[Outcome]:
        """Writes posts. The outcomes of the first ones, at least of one. Raises `AccountLost`."""

    def like_posts(self, user: Person, ids: Sequence[str]) -> list[Outcome]:
        """Likes posts. The outcomes of the first ones, at least of one. Raises `AccountLost`."""

    def like_counts(self, ids: Sequence[str], readers: Sequence[Person]) -> Mapping[str, int | None]:
        """How many likes each post has now, asked as one of `readers`. None: the post is no more."""

    def read_back(self, people: Sequence[Person], *, posts_a_user: int) -> ServerData:
        """Everything that the server has of these people; about `posts_a_user` posts of each are expected."""


class GraphQLApi:
    """The `Api` of a real server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._accounts: dict[str, Account] = {}

    def sign_up(self, person: Person) -> Refusal | None:
        account = self._account(person)
        given = {
            "username": person.username,
            "email": person.email,
            "password": person.password,
            "displayName": person.display_name,
        }
        answer = self._server.ask(_SIGN_UP, {"input": given})
        with schema_kept(self._server.url):
            payload = answer["signup"]
            if isinstance(payload, FieldError):
                return Refusal(payload.code)
            codes = [error["code"] for error in payload["errors"]]
            if not codes:
                account.token, account.refresh_token = payload["token"], payload["refreshToken"]
                return None
        return self._find_taken(account) if "TAKEN" in codes else Refusal(codes[0])

    def create_posts(self, author: Person, drafts: Sequence[Draft]) -> list[Outcome]:
        inputs = [{"body": draft.body, "idempotencyKey": draft.idempotency_key} for draft in drafts]
        return self._mutate(_CREATE_POST, inputs, author)

    def like_posts(self, user: Person, ids: Sequence[str]) -> list[Outcome]:
        return self._mutate(_LIKE_POST, [{"postId": post} for post in ids], user)

    def like_counts(self, ids: Sequence[str], readers: Sequence[Person]) -> Mapping[str, int | None]:
        batches = [ids[at : at + NODES_A_FIELD] for at in range(0, len(ids), NODES_A_FIELD)]
        batch_bytes = NODES_A_FIELD * (max(map(len, ids), default=0) + len('"", '))
        answers = self._reader(readers).read(
            _LIKE_COUNTS,
            [{"ids": batch} for batch in batches],
            at_once=max(1, min(ROOT_FIELDS, _BYTES_OF_IDS // batch_bytes)),
        )
        with schema_kept(self._server.url):
            found = {node["id"]: node["likeCount"] for nodes in answers for node in nodes if node}
        return {post: found.get(post) for post in ids}

    def read_back(self, people: Sequence[Person], *, posts_a_user: int) -> ServerData:
        usernames = [person.username for person in people]
        with schema_kept(self._server.url):
            return read_back(self._reader(people), usernames, posts_a_user=posts_a_user)

    def _reader(self, readers: Sequence[Person]) -> Reader:
        return Reader(self._server, [self._account(reader) for reader in readers])

    def _account(self, person: Person) -> Account:
        return self._accounts.setdefault(person.username, Account(person.username, person.password))

    def _find_taken(self, account: Account) -> Refusal | None:
        """The name is taken: by us, when the answer to our signup was lost. Then our password works."""
        try:
            self._server.sign_in(account)
        except AccountLost:
            return Refusal("TAKEN")
        return None

    def _mutate(self, field: Field, inputs: Sequence[Mapping[str, Any]], user: Person) -> list[Outcome]:
        document, variables = field.repeated("mutation", [{"input": item} for item in inputs])
        answer = self._server.ask(document, variables, self._account(user))
        outcomes: list[Outcome] = []
        with schema_kept(self._server.url):
            outcomes.append(_outcome(answer["f0"]))
            while (alias := f"f{len(outcomes)}") in answer:
                outcomes.append(_outcome(answer[alias]))
        return outcomes


def _outcome(payload: Any) -> Outcome:
    if isinstance(payload, FieldError):
        return Refusal(payload.code, is_about_user=payload.code == "FORBIDDEN")
    if payload["errors"]:
        error = payload["errors"][0]
        return Refusal(error["code"], is_about_user=error["code"] == "NOT_ALLOWED" and not error["field"])
    return PostState(payload["post"]["id"], payload["post"]["likeCount"])
