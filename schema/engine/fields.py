"""The kinds of fields that a type is declared with."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from graphene import ID, Boolean, Field, List, NonNull
from graphql import GraphQLResolveInfo

from schema.engine.cohort import cohort_of, gather
from schema.engine.ids import encode_id
from schema.engine.reading import needs

Viewer = Any


def id_field(type_name: str) -> Field:
    """The global ID of an object of this type."""
    return Field(
        ID,
        required=True,
        description="Opaque and globally unique. Do not parse it.",
        resolver=lambda row, info: encode_id(type_name, row.pk),
    )


def key_field(
    type_: Any, *, column: str, rows: Callable[[Viewer], QuerySet[Any]], required: bool, description: str
) -> Field:
    """The object that a column points at, as far as the viewer sees it. One statement for a cohort.

    Args:
        column: the column that holds the key.
        rows: the objects that a viewer sees.
    """

    @needs(1)
    def resolve(row: Any, info: GraphQLResolveInfo) -> Any:
        def load(members: Sequence[Any]) -> dict[int, Any]:
            keys = {getattr(member, column) for member in members} - {None}
            found = rows(info.context.viewer).filter(pk__in=keys) if keys else []
            return {other.pk: other for other in gather(found)}

        return cohort_of(row).once(column, load).get(getattr(row, column))

    return Field(type_, required=required, description=description, resolver=resolve)


def batch_field(
    type_: Any,
    *,
    load: Callable[[Sequence[Any], Viewer], Any],
    pick: Callable[[Any, Any], Any],
    required: bool = False,
    description: str,
) -> Field:
    """A fact that is found for a whole cohort at once, by one statement.

    Args:
        load: what is known about all rows, for this viewer; asked once, also when several fields share it.
        pick: from what was loaded, this row's part.
    """

    @needs(1)
    def resolve(row: Any, info: GraphQLResolveInfo) -> Any:
        loaded = cohort_of(row).once(load, lambda rows: load(rows, info.context.viewer))
        return pick(loaded, row)

    return Field(type_, required=required, description=description, resolver=resolve)


def rows_field(
    type_: Any,
    load: Callable[[Sequence[Any], Viewer], Mapping[int, list[Any]]],
    *,
    at_most: int,
    description: str,
) -> Field:
    """A short list of objects that belongs to a row, whole. One statement for a cohort.

    Args:
        load: the objects of all rows, by key, for this viewer.
        at_most: how many a row has.
    """

    @needs(1, holds=at_most)
    def resolve(row: Any, info: GraphQLResolveInfo) -> Any:
        def load_all(rows: Sequence[Any]) -> Mapping[int, list[Any]]:
            found = load(rows, info.context.viewer)
            gather(other for others in found.values() for other in others)
            return found

        return cohort_of(row).once(load, load_all)[row.pk]

    return Field(List(NonNull(type_)), required=True, description=description, resolver=resolve)


def member_field(load: Callable[[Viewer, Sequence[Any]], frozenset[int]], *, description: str) -> Field:
    """Whether a row is in a set of the viewer's (liked, …)."""
    return batch_field(
        Boolean,
        load=lambda rows, viewer: load(viewer, rows),
        pick=lambda keys, row: row.pk in keys,
        required=True,
        description=description,
    )


def viewer_field(type_: Any, tell: Callable[[Viewer, Any], Any], *, description: str) -> Field:
    """What is known without asking the database, from the viewer and the row."""
    return Field(
        type_,
        required=True,
        description=description,
        resolver=lambda row, info: tell(info.context.viewer, row),
    )
