"""What the server of the bot's tests answers: as much of the API as the bot uses, its data in memory."""

import re
import secrets
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo, build_schema

SCHEMA = build_schema("""
type Query {
  nodes(ids: [ID!]!): [Node]!
  user(username: String!): User
  post(id: ID!): Post
}
type Mutation {
  signup(input: SignupInput!): AuthPayload
  tokenAuth(input: TokenAuthInput!): AuthPayload
  refreshToken(input: RefreshTokenInput!): AuthPayload
  createPost(input: CreatePostInput!): PostPayload
  likePost(input: LikePostInput!): PostPayload
}
interface Node { id: ID! }
type User implements Node { id: ID!, username: String!, posts(first: Int, after: String): PostConnection! }
type Post implements Node {
  id: ID!, author: User!, body: String!, likeCount: Int!, likedBy(first: Int, after: String): LikeConnection!
}
type PageInfo { hasNextPage: Boolean!, endCursor: String }
type PostConnection { nodes: [Post!]!, pageInfo: PageInfo! }
type LikeConnection { nodes: [User!]!, pageInfo: PageInfo! }
type UserError { code: String!, message: String!, field: [String!] }
type AuthPayload { user: User, token: String, refreshToken: String, errors: [UserError!]! }
type PostPayload { post: Post, errors: [UserError!]! }
input SignupInput { username: String!, email: String!, password: String!, displayName: String }
input TokenAuthInput { username: String!, password: String! }
input RefreshTokenInput { refreshToken: String! }
input CreatePostInput { body: String!, idempotencyKey: String }
input LikePostInput { postId: ID! }
""")
MAX_PAGE = 100


@dataclass
class Post:
    id: str
    author: str
    body: str
    like_count: int = 0  # apart from `likers`, so that a test can make the server lie
    likers: list[str] = field(default_factory=list)


@dataclass
class User:
    username: str
    email: str
    password: str
    id: str = field(default_factory=secrets.token_urlsafe)


class Data:
    """Everything that the server holds, and what it refuses."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.posts: dict[str, Post] = {}
        self.post_by_key: dict[tuple[str, str], str] = {}
        self.user_by_token: dict[str, str] = {}
        self.user_by_refresh_token: dict[str, str] = {}
        self.refusals: dict[tuple[str, str], str] = {}  # (root field, username or post ID) to an error's code
        self.lock = RLock()

    def like(self, username: str, post: str) -> None:
        """Somebody likes a post; past the API, a stranger."""
        with self.lock:
            self.posts[post].likers.append(username)
            self.posts[post].like_count += 1

    def unlike_all(self, post: str) -> None:
        """Everybody takes back their like of a post."""
        with self.lock:
            self.posts[post].likers.clear()
            self.posts[post].like_count = 0


class Root:
    """The resolvers of the root fields, for one request."""

    def __init__(self, data: Data, username: str | None) -> None:
        self._data = data
        self._username = username

    def nodes(self, info: GraphQLResolveInfo, ids: list[str]) -> list[Any]:
        if len(ids) > MAX_PAGE:
            raise GraphQLError("too many ids", extensions={"code": "BAD_USER_INPUT"})
        return [self.post(info, post) for post in ids]

    def post(self, info: GraphQLResolveInfo, id: str) -> Any:
        post = self._data.posts.get(id)
        return post and self._post(post)

    def user(self, info: GraphQLResolveInfo, username: str) -> Any:
        user = self._data.users.get(username)
        return user and self._user(user)

    def signup(self, info: GraphQLResolveInfo, input: dict[str, str]) -> Any:
        if code := self._data.refusals.get(("signup", input["username"])):
            return _refused(code)
        if input["username"] in self._data.users:
            return _refused("TAKEN")
        user = User(input["username"], input["email"], input["password"])
        self._data.users[user.username] = user
        return self._tokens(user)

    def tokenAuth(self, info: GraphQLResolveInfo, input: dict[str, str]) -> Any:
        user = self._data.users.get(input["username"])
        return (
            self._tokens(user)
            if user and user.password == input["password"]
            else _refused("INVALID_CREDENTIALS")
        )

    def refreshToken(self, info: GraphQLResolveInfo, input: dict[str, str]) -> Any:
        username = self._data.user_by_refresh_token.pop(input["refreshToken"], "")
        user = self._data.users.get(username)
        return self._tokens(user) if user else _refused("INVALID_TOKEN")

    def createPost(self, info: GraphQLResolveInfo, input: dict[str, str]) -> Any:
        author = self._signed_in()
        key = (author, input["idempotencyKey"])
        if code := self._data.refusals.get(("createPost", author)):
            return _refused(code)
        if key not in self._data.post_by_key:
            post = Post(secrets.token_urlsafe(), author, input["body"])
            self._data.posts[post.id] = post
            self._data.post_by_key[key] = post.id
        return {"post": self._post(self._data.posts[self._data.post_by_key[key]]), "errors": []}

    def likePost(self, info: GraphQLResolveInfo, input: dict[str, str]) -> Any:
        username = self._signed_in()
        post = self._data.posts.get(input["postId"])
        refusals = self._data.refusals
        if code := refusals.get(("likePost", username)):
            return _refused(code)
        if post is None:
            return _refused("NOT_FOUND", "postId")
        if code := refusals.get(("likePost", post.id)):
            return _refused(code, "postId")
        if post.author == username:
            return _refused("SELF_ACTION", "postId")
        if username not in post.likers:
            self._data.like(username, post.id)
        return {"post": self._post(post), "errors": []}

    def _signed_in(self) -> str:
        if self._username is None:
            raise GraphQLError("Sign in", extensions={"code": "UNAUTHENTICATED"})
        return self._username

    def _tokens(self, user: User) -> Any:
        token, refresh_token = secrets.token_urlsafe(), secrets.token_urlsafe()
        self._data.user_by_token[token] = user.username
        self._data.user_by_refresh_token[refresh_token] = user.username
        return {"user": self._user(user), "token": token, "refreshToken": refresh_token, "errors": []}

    def _user(self, user: User) -> Any:
        def posts(info: GraphQLResolveInfo, first: int, after: str | None = None) -> Any:
            own = [post for post in self._data.posts.values() if post.author == user.username]
            return _page([self._post(post) for post in own], first, after)

        return {"__typename": "User", "id": user.id, "username": user.username, "posts": posts}

    def _post(self, post: Post) -> Any:
        def liked_by(info: GraphQLResolveInfo, first: int, after: str | None = None) -> Any:
            return _page([{"__typename": "User", "username": name} for name in post.likers], first, after)

        return {
            "__typename": "Post",
            "id": post.id,
            "body": post.body,
            "author": lambda info: {"__typename": "User", "username": post.author},
            "likeCount": post.like_count,
            "likedBy": liked_by,
        }


def _page(items: list[Any], first: int, after: str | None) -> Any:
    if first > MAX_PAGE:
        raise GraphQLError("first is too large", extensions={"code": "BAD_USER_INPUT"})
    start = int(re.sub("^cursor", "", after)) if after else 0
    end = start + first
    page = {"hasNextPage": end < len(items), "endCursor": f"cursor{end}"}
    return {"nodes": items[start:end], "pageInfo": page}


def _refused(code: str, field: str | None = None) -> Any:
    path = ["input", field] if field else None
    return {"errors": [{"code": code, "message": f"{code} it is", "field": path}]}
