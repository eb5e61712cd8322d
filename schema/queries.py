"""What can be read: the root of every query."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from graphene import ID, Argument, Field, List, NonNull, ObjectType, String
from graphql import GraphQLResolveInfo

from accounts.keys import MAX_KEY, NO_KEY
from accounts.models import User
from content.home import nearest_in_home_feed
from content.lookups import find_post, person_named
from content.models import Post
from content.people import people
from content.queries import feed, home_feed
from content.search import found_hashtags, found_people, found_posts
from content.visibility import reachable_users, visible_hashtags, visible_notifications, visible_posts
from schema.engine.cohort import gather
from schema.engine.connections import Connection, Listing, forward_arguments, paging_arguments
from schema.engine.errors import BadUserInput
from schema.engine.ids import decode_id
from schema.engine.keyset import Bounds, Order
from schema.engine.reading import needs
from schema.inputs import PostFilter, PostOrder, UserFilter, UserOrder
from schema.keys import key_of
from schema.types import orders
from schema.types.interfaces import Node
from schema.types.post import PostConnection, PostType
from schema.types.rate_limit import RateLimit
from schema.types.search import SearchResultConnection, SearchType
from schema.types.user import UserConnection, UserType
from schema.types.viewer import Viewer

MAX_NODES = 100
NODES = {
    "User": reachable_users,
    "Post": visible_posts,
    "Hashtag": visible_hashtags,
    "Notification": visible_notifications,
}
POST_ORDERS = {"CREATED_AT": orders.POSTS_BY_TIME, "LIKE_COUNT": orders.POSTS_BY_LIKES}
USER_ORDERS = {
    "JOINED_AT": orders.USERS_BY_TIME,
    "USERNAME": orders.USERS_BY_NAME,
    "FOLLOWER_COUNT": orders.USERS_BY_FOLLOWERS,
    "POST_COUNT": orders.USERS_BY_POSTS,
}
SEARCHES = {
    "USER": Listing(found_people, orders.PEOPLE_FOUND),
    "POST": Listing(found_posts, orders.POSTS_FOUND),
    "HASHTAG": Listing(found_hashtags, orders.HASHTAGS_BY_NAME),
}
DEFAULT_POST_ORDER = {"field": "CREATED_AT", "direction": "DESC"}
DEFAULT_USER_ORDER = {"field": "JOINED_AT", "direction": "DESC"}


class Query(ObjectType):
    """What can be read."""

    viewer = Field(
        Viewer,
        description="The signed-in user, or null for an anonymous request. Never an error.",
        resolver=lambda root, info: info.context.viewer,
    )
    node = Field(
        Node,
        id=Argument(ID, required=True, description="A global ID."),
        description="Fetch any object by its global ID. Null when it does not exist or is hidden from you.",
    )
    nodes = Field(
        List(Node),
        required=True,
        ids=Argument(List(NonNull(ID)), required=True, description="Up to 100 global IDs."),
        description=(
            "Fetch up to 100 objects by global ID, in the order asked; null where one is missing or hidden."
        ),
    )
    user = Field(
        UserType,
        username=Argument(String, required=True, description="The handle, in any case."),
        description="Look a user up by username (case-insensitive).",
    )
    users = Field(
        UserConnection,
        required=True,
        filter=Argument(UserFilter, description="Which people."),
        order_by=Argument(UserOrder, default_value=DEFAULT_USER_ORDER, description="In which order."),
        **paging_arguments(),
        description="Browse users.",
    )
    post = Field(
        PostType,
        id=Argument(ID, required=True, description="The post's global ID."),
        description="Look a post up by its global ID. Same as `node`, but typed.",
    )
    feed = Field(
        PostConnection,
        required=True,
        filter=Argument(PostFilter, description="Which posts."),
        order_by=Argument(PostOrder, default_value=DEFAULT_POST_ORDER, description="In which order."),
        **paging_arguments(),
        description="Public posts of everybody, newest first; without replies unless the filter says so.",
    )
    home_feed = Field(
        PostConnection,
        **paging_arguments(),
        description=(
            "Posts by you and the people you follow, newest first, without replies. Requires sign-in."
        ),
    )
    search = Field(
        SearchResultConnection,
        required=True,
        query=Argument(
            String,
            required=True,
            description=(
                "Words, all of which must be there, whatever their case and accents; the last may be the "
                "beginning of one. Nothing in it is an operator. Without a word it finds nothing."
            ),
        ),
        type=Argument(SearchType, required=True, description="What to search for."),
        **forward_arguments(),
        description="Find people, posts and hashtags.",
    )

    rate_limit = Field(
        RateLimit,
        required=True,
        description="What this request cost and what you have left.",
        resolver=lambda root, info: info.context.spent,
    )

    @staticmethod
    @needs(1)
    def resolve_node(root: None, info: GraphQLResolveInfo, id: str) -> Any:
        """The object, or None."""
        return _objects(info, [id])[0]

    @staticmethod
    def resolve_nodes(root: None, info: GraphQLResolveInfo, ids: list[str]) -> list[Any]:
        """The objects in the order asked. One SQL statement for each type.

        Raises: BadUserInput, for more than 100.
        """
        if len(ids) > MAX_NODES:
            raise BadUserInput(f"`ids` takes at most {MAX_NODES}; these are {len(ids)}.")
        return _objects(info, ids)

    @staticmethod
    @needs(1)
    def resolve_user(root: None, info: GraphQLResolveInfo, username: str) -> User | None:
        """The person, or None."""
        return person_named(info.context.viewer, username)

    @staticmethod
    @needs(1)
    def resolve_post(root: None, info: GraphQLResolveInfo, id: str) -> Any:
        """The post, or None."""
        return find_post(info.context.viewer, key_of("Post", id))

    @staticmethod
    def resolve_users(
        root: None,
        info: GraphQLResolveInfo,
        filter: Mapping[str, Any] | None = None,
        order_by: Mapping[str, Any] | None = None,
        **paging: Any,
    ) -> Connection:
        """A page of people."""
        order = _order(USER_ORDERS, order_by or DEFAULT_USER_ORDER)
        return Listing(people, order).connect(info, None, paging, **(filter or {}))

    @staticmethod
    def resolve_feed(
        root: None,
        info: GraphQLResolveInfo,
        filter: Mapping[str, Any] | None = None,
        order_by: Mapping[str, Any] | None = None,
        **paging: Any,
    ) -> Connection:
        """A page of posts."""
        wanted = dict(filter or {})
        if wanted.get("author_id") is not None:
            wanted["author_id"] = key_of("User", wanted["author_id"])
        order = _order(POST_ORDERS, order_by or DEFAULT_POST_ORDER)
        if wanted.get("hashtag") is not None and order.name == orders.POSTS_BY_TIME.name:
            order = replace(order, twin="use_of")
        return Listing(feed, order).connect(info, None, paging, **wanted)

    @staticmethod
    def resolve_search(
        root: None, info: GraphQLResolveInfo, query: str, type: str, **paging: Any
    ) -> Connection:
        """A page of what was found."""
        return SEARCHES[type].connect(info, None, paging, query=query)

    @staticmethod
    def resolve_home_feed(root: None, info: GraphQLResolveInfo, **paging: Any) -> Connection:
        """A page of posts. Raises: Unauthenticated."""
        info.context.signed_in()
        listing = Listing(home_feed, orders.POSTS_BY_TIME, narrow=_nearest_in_home_feed)
        return listing.connect(info, None, paging)


def _nearest_in_home_feed(viewer: User, posts: QuerySet[Post], bounds: Bounds, _: Order) -> QuerySet[Post]:
    """As `Listing` wants it. The feed is newest first: what comes after a position has a smaller key."""
    (below,), (above,) = bounds.after or (MAX_KEY,), bounds.before or (NO_KEY,)
    return nearest_in_home_feed(
        posts,
        viewer,
        above=above - bounds.closed,
        below=min(below + bounds.closed, MAX_KEY),
        at_most=bounds.size + 1,
        newest_first=not bounds.backward,
    )


def _order(by_field: Mapping[str, Order], wanted: Mapping[str, str]) -> Order:
    order = by_field[wanted["field"]]
    return order if wanted["direction"] == "DESC" else order.reversed()


def _objects(info: GraphQLResolveInfo, ids: list[str]) -> list[Any]:
    decoded = [decode_id(global_id) for global_id in ids]
    found: dict[tuple[str, int], Any] = {}
    for type_name, visible in NODES.items():
        keys = {each[1] for each in decoded if each and each[0] == type_name}
        rows = visible(info.context.viewer).filter(pk__in=keys) if keys else []
        found |= {(type_name, row.pk): row for row in gather(rows)}
    return [found.get(each) if each else None for each in decoded]
