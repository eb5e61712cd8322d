"""Searching, as clients do it."""

from typing import Any

from tests.client import Api
from tests.people import Person, make_person

SEARCH = """query($words: String!, $type: SearchType!, $first: Int, $after: String) {
    search(query: $words, type: $type, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
        nodes { ... on Post { body } ... on User { username } } } }"""


def page(api: Api, kind: str, query: str, **paging: Any) -> Any:
    """One page of what is found: the connection."""
    return api.read(SEARCH, words=query, type=kind, **paging)["search"]


def found(api: Api, kind: str, query: str) -> list[str]:
    """What a search finds, all of it, by body or username."""
    whole = page(api, kind, query, first=100)
    names: list[str] = [next(iter(node.values())) for node in whole["nodes"]]
    assert whole["totalCount"] == len(names)
    return names


def named(username: str, display_name: str) -> Person:
    """Somebody new with a name to show."""
    person = make_person(username)
    payload = person.api.do("updateProfile", "user { id }", displayName=display_name)
    assert payload["errors"] == []
    return person
