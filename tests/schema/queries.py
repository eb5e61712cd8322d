"""Random documents, written from the schema itself: so what is added to it is asked for without more ado.

They are drawn from a seed, not choice by choice: hypothesis would take longer than the database.
"""

import itertools
import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
)

from schema.engine.ids import decode_id
from schema.schema import schema
from tests.schema.values import ORDERS, Values

SCHEMA = schema.graphql_schema
MAX_DEPTH = 11
MAX_OBJECTS = 6  # fields that lead to objects, under one root
MAX_NODES, MAX_ALIASES = 9_000, 25  # an ID is a node too
PAGING = ("first", "after", "last", "before")
# Lists without pages, and how long they are at most.
SHORT_LISTS = {"hashtags": 30, "mentions": 30, "sessions": 50, "dataExports": 50}
# What hangs on the clock, and on what was asked before.
UNSTEADY = {"rateLimit"}
# What is looked up without being a list with pages.
LOOKED_UP = {("Viewer", "sessions"), ("Viewer", "dataExports")}
# The kinds of fields that ask the database once for all rows of a cohort.
BATCHED = re.compile(r"(key|batch|rows)_field\b")


@dataclass(frozen=True)
class Fragment:
    """A named fragment: where it stood at first, and what it adds wherever it stands."""

    name: str
    type_: str
    depth: int
    rows: int
    used: "Counter[str]"
    selection: str

    def fits(self, type_: str, depth: int, rows: int) -> bool:
        """Whether it can stand here without leading further than where it stood at first."""
        return self.type_ == type_ and self.depth >= depth and self.rows >= rows


@dataclass
class Writer:
    """Writes one random document.

    Args:
        values: what its arguments are drawn from.
        whole: whether every list is asked whole, so that what is empty is so in the data.
        faulty: whether it may ask what is answered by an error.
        pointed: whether every ID is given that can be.
    """

    chance: random.Random
    values: Values
    whole: bool = False
    faulty: bool = False
    pointed: bool = False
    # What the document asks for so far: costly fields, objects under the present root, nodes and aliases.
    _used: "Counter[str]" = field(default_factory=Counter)
    _names: int = 0
    _fragments: list[Fragment] = field(default_factory=list)

    @property
    def costly(self) -> int:
        """How many of its fields need the database."""
        return self._used["costly"]

    def query(self) -> str:
        """A query. `costly` then says how many fields it names that need the database."""
        assert SCHEMA.query_type
        return self._document(self._selection(SCHEMA.query_type, 1, 1))

    def mutations(self, names: Sequence[str]) -> str:
        """These mutations, in one document."""
        parts = [f"m{place}: {self._mutation(name)}" for place, name in enumerate(names)]
        return self._document(f"mutation {{ {' '.join(parts)} }}")

    def _mutation(self, name: str) -> str:
        assert SCHEMA.mutation_type
        called = SCHEMA.mutation_type.fields[name]
        payload = get_named_type(called.type)
        fields = f"errors {{ code message field }} ... on {payload} {self._selection(payload, 2, 1)}"
        given = {key: self._literal(f"{name}.{key}", argument.type) for key, argument in called.args.items()}
        return f"{name}{_written(given)} {{ {fields} }}"

    def _document(self, operation: str) -> str:
        fragments = [f"fragment {each.name} on {each.type_} {each.selection}" for each in self._fragments]
        return " ".join([operation, *fragments])

    # --- What is asked -----------------------------------------------------------------------------------

    def _object(self, type_: GraphQLNamedType, depth: int, rows: int) -> str:
        """A selection of an object's fields, perhaps through a fragment, new or used before."""
        how = self.chance.choice(["plain", "plain", "inline", "new", "known"])
        known = [each for each in self._fragments if each.fits(type_.name, depth, rows)]
        if how == "known" and known:
            fragment = self.chance.choice(known)
            if self._allows(fragment.used):
                self._used += fragment.used
                return f"{{ ...{fragment.name} }}"
        before = self._used.copy()
        selection = self._selection(type_, depth, rows)
        if how == "inline":
            return f"{{ ... on {type_} {selection} }}"
        if how == "new":
            name = f"F{len(self._fragments)}"
            self._fragments.append(Fragment(name, type_.name, depth, rows, self._used - before, selection))
            return f"{{ ...{name} }}"
        return selection

    def _selection(self, type_: GraphQLNamedType, depth: int, rows: int) -> str:
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            kinds = self.chance.sample(SCHEMA.get_possible_types(type_), self.chance.randint(1, 2))
            parts = [f"... on {kind} {self._object(kind, depth, rows)}" for kind in kinds]
            return " ".join(["{ __typename", *parts, "}"])
        assert isinstance(type_, GraphQLObjectType)
        plain = [name for name, each in type_.fields.items() if is_leaf_type(get_named_type(each.type))]
        leading = [name for name in type_.fields if name not in {*plain, *UNSTEADY}]
        names = self.chance.sample(plain, min(len(plain), self.chance.randint(2, 6)))
        number = self.chance.randint(2, 5) if depth == 1 else self.chance.randint(1, 2)
        names += self.chance.choices(leading, k=number) if leading else []
        parts = [
            self._field(type_, name, depth, rows, taken=names[:place]) for place, name in enumerate(names)
        ]
        return " ".join(["{", *filter(None, parts), "__typename }"])

    def _field(
        self, parent: GraphQLObjectType, name: str, depth: int, rows: int, *, taken: Sequence[str]
    ) -> str:
        """One field with its arguments and what is selected of it; nothing when it leads too far."""
        asked, type_ = parent.fields[name], get_named_type(parent.fields[name].type)
        if not is_leaf_type(type_):
            self._used["objects"] = 1 if depth == 1 else self._used["objects"] + 1
            if depth >= MAX_DEPTH or self._used["objects"] > MAX_OBJECTS:
                return ""
        given, size = self._arguments(name, asked, rows)
        nodes = Counter(nodes=rows * size if is_connection(asked) or name in {"nodes", *SHORT_LISTS} else 0)
        if not self._allows(nodes):
            return ""
        self._used += nodes
        self._used["costly"] += needs_the_database(parent, name)
        selection = "" if is_leaf_type(type_) else f" {self._object(type_, depth + 1, rows * size)}"
        return f"{self._alias(name in taken)}{name}{_written(given)}{selection}"

    def _alias(self, needed: bool) -> str:
        if needed or (self._allows(Counter(aliases=MAX_ALIASES // 2)) and self._now_and_then(5)):
            self._used["aliases"] += 1
            self._names += 1
            return f"a{self._names}: "
        return ""

    def _allows(self, more: "Counter[str]") -> bool:
        """Whether the document may ask for so much more."""
        used = self._used + more
        return used["nodes"] <= MAX_NODES and used["aliases"] <= MAX_ALIASES

    # --- With what ---------------------------------------------------------------------------------------

    def _arguments(self, name: str, asked: GraphQLField, rows: int) -> tuple[dict[str, str], int]:
        """A field's arguments, and how many rows it has at most."""
        given = {
            key: self._literal(f"{name}.{key}", argument.type)
            for key, argument in asked.args.items()
            if not (is_connection(asked) and key in PAGING) and self._is_given(argument)
        }
        if not is_connection(asked):
            return given, given["ids"].count('"') // 2 if "ids" in given else SHORT_LISTS.get(name, 1)
        sizes, size = self._size(rows, [end for end in ("first", "last") if end in asked.args])
        paging = {**sizes, **self._cursors(name, given)}
        return {**given, **{key: value for key, value in paging.items() if key in asked.args}}, size

    def _is_given(self, argument: GraphQLArgument | GraphQLInputField) -> bool:
        if isinstance(argument.type, GraphQLNonNull) and argument.default_value is Undefined:
            return True
        type_ = get_named_type(argument.type)
        if self.pointed and type_.name == "ID":
            return True
        if self.whole and not isinstance(type_, GraphQLEnumType | GraphQLInputObjectType):
            return type_.name == "Boolean" and self._now_and_then(2)
        return self._now_and_then(2 if type_.name == "Boolean" else 3)

    def _size(self, rows: int, ends: list[str]) -> tuple[dict[str, str], int]:
        end = self.chance.choice(ends)
        if self.whole:
            size = 50 if rows == 1 else 10
            return {end: str(size)}, size
        if self.faulty and self._now_and_then(80):
            wrong = [{"first": "-1"}, {"last": "101"}, {"first": "1", "last": "1"}]
            return self.chance.choice(wrong), 1
        if self._allows(Counter(nodes=rows * 20)) and self._now_and_then(2):
            return {}, 20
        size = self.chance.choice((0, 1, 2, 3, 4, 5, 5, 5))
        return {end: str(size)}, size

    def _cursors(self, name: str, given: dict[str, str]) -> dict[str, str]:
        if self.whole:
            return {}
        by = re.search(r"field: (\w+)", given.get("orderBy", ""))
        order = ORDERS.get(by[1] if by else given.get("type", name))
        cursors = self.values.cursors[order.name] if order else []
        if self.faulty and (order is None or self._now_and_then(40)):
            cursors = [*itertools.chain(*self.values.cursors.values()), "no cursor"]
        sides = [side for side in ("after", "before") if cursors and self._now_and_then(6)]
        return {side: f'"{self.chance.choice(cursors)}"' for side in sides}

    def _literal(self, path: str, type_: Any) -> str:
        """A value of that type, as it stands in a document, for the argument at that path."""
        is_id = get_named_type(type_).name == "ID"
        if not isinstance(type_, GraphQLNonNull) and not (self.pointed and is_id) and self._now_and_then(15):
            return "null"
        type_ = get_nullable_type(type_)
        if isinstance(type_, GraphQLList):
            return f"[{', '.join(self._items(path, type_.of_type))}]"
        if isinstance(type_, GraphQLInputObjectType):
            parts = [
                f"{key}: {self._literal(f'{path}.{key}', each.type)}"
                for key, each in type_.fields.items()
                if self._is_given(each)
            ]
            return f"{{{', '.join(parts)}}}"
        if isinstance(type_, GraphQLEnumType):
            return str(self.chance.choice(list(type_.values)))
        return json.dumps(self._scalar(path, type_.name), ensure_ascii=False)

    def _items(self, path: str, type_: Any) -> list[str]:
        """IDs of two types at most: each type is a statement."""
        items = [self._literal(path, type_) for _ in range(self.chance.randint(0, 12))]
        if get_named_type(type_).name != "ID":
            return items
        types = list(dict.fromkeys(map(_type_of, items)))[:2]
        return [item for item in items if _type_of(item) in types]

    def _scalar(self, path: str, type_: str) -> Any:
        if type_ == "Boolean":
            return self._now_and_then(2)
        if type_ == "Int":
            return self.chance.randint(-1, 5)
        if type_ == "DateTime":
            return self.chance.choice(self.values.moments)
        kinds = self._kinds_of_ids(path) if type_ == "ID" else self.values.texts
        return self.chance.choice(self.chance.choice(kinds))

    def _kinds_of_ids(self, path: str) -> list[list[str]]:
        """Those that the argument's path speaks of, or any."""
        meant = [kind for kind in self.values.ids if (_type_of(kind[0]) or "-").lower() in path.lower()]
        return self.values.ids if self._now_and_then(3) else meant or self.values.ids

    def _now_and_then(self, one_in: int) -> bool:
        return self.chance.randrange(one_in) == 0


def is_connection(asked: GraphQLField) -> bool:
    """Whether a field is a list that is paged."""
    return get_named_type(asked.type).name.endswith("Connection")


def needs_the_database(parent: GraphQLObjectType, name: str) -> bool:
    """Whether a field counts for the bound of statements: it is a list, a batch, or looks something up."""
    asked = parent.fields[name]
    if parent is SCHEMA.query_type:
        return name != "viewer"
    if (parent.name, name) in LOOKED_UP or is_connection(asked):
        return True
    return bool(BATCHED.match(getattr(asked.resolve, "__qualname__", "")))


def _written(arguments: dict[str, str]) -> str:
    return f"({', '.join(f'{key}: {value}' for key, value in arguments.items())})" if arguments else ""


def _type_of(literal: str) -> str | None:
    decoded = decode_id(literal.strip('"'))
    return decoded and decoded[0]
