"""What a search finds."""

from graphene import Union

from schema.engine.connections import connection_types
from schema.engine.enums import enum_type
from schema.types.post import HashtagType, PostType
from schema.types.user import UserType

SearchType = enum_type(
    "SearchType",
    "What to search for.",
    {
        "USER": "People, by username or display name; whose username it is comes first.",
        "POST": "Posts and replies, by their words; newest first.",
        "HASHTAG": "Hashtags, by how they begin.",
    },
)


class SearchResult(Union):
    """What a search can find."""

    class Meta:
        types = (UserType, PostType, HashtagType)


SearchResultConnection, _ = connection_types(SearchResult, name="SearchResult", node_name="result")
