"""Global IDs as the rooms below know them: plain keys."""

from accounts.failures import Code, ValidationFailure
from accounts.keys import NO_KEY
from schema.engine.ids import decode_id


def key_of(type_name: str, global_id: str) -> int:
    """The key in a global ID; one that no row has, when the ID is none or of another type.

    So malformed, unknown and hidden are answered alike, in one place: where the row is not found.
    """
    decoded = decode_id(global_id)
    return decoded[1] if decoded and decoded[0] == type_name else NO_KEY


def typed_key_of(type_names: tuple[str, ...], global_id: str) -> tuple[str, int]:
    """As `key_of`, with the type, where an ID may be of several; what is of none is a key of the first that
    no row has.
    """
    decoded = decode_id(global_id)
    return decoded if decoded and decoded[0] in type_names else (type_names[0], NO_KEY)


def known_key_of(type_name: str, global_id: str, field: str) -> int:
    """As `key_of`, where what is absent counts as done already, and only what is no such ID is a mistake.

    Raises: ValidationFailure with NOT_FOUND at `field`.
    """
    key = key_of(type_name, global_id)
    if key == NO_KEY:
        raise ValidationFailure.of(Code.NOT_FOUND, "This is not the ID of such an object.", field)
    return key
