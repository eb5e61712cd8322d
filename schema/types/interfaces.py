"""What several types have in common."""

from graphene import ID, Interface

from schema.types.scalars import DateTime


class Node(Interface):
    """An object with a global ID."""

    id = ID(required=True, description="Opaque and globally unique. Do not parse it.")


class Timestamped(Interface):
    """Something with a creation time."""

    created_at = DateTime(required=True, description="When it was created.")
