"""Global IDs: base64url of type and key. Opaque to clients."""

import base64
import binascii
import re

TYPED_KEY = re.compile(r"([A-Za-z]+):([1-9][0-9]{0,18})")
MAX_KEY = 2**63 - 1
MAX_ID_LENGTH = 64


def encode_id(type_name: str, key: int) -> str:
    """The global ID of the object of this type with this key."""
    return base64.urlsafe_b64encode(f"{type_name}:{key}".encode()).rstrip(b"=").decode()


def decode_id(global_id: str) -> tuple[str, int] | None:
    """Type and key of a global ID; None for what is none. Only the form that `encode_id` writes counts."""
    if len(global_id) > MAX_ID_LENGTH:
        return None
    try:
        padded = global_id.encode("ascii") + b"=" * (-len(global_id) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError):
        return None
    match = TYPED_KEY.fullmatch(text)
    if match is None or int(match[2]) > MAX_KEY or encode_id(match[1], int(match[2])) != global_id:
        return None
    return match[1], int(match[2])
