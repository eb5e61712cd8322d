"""How a mutation is declared: an input, a payload, and the action that it calls."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from graphene import Argument, Field, InputObjectType, Interface, List, NonNull, ObjectType, String
from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLResolveInfo

from accounts.failures import Problem, Throttled, ValidationFailure
from schema.engine.enums import enum_type
from schema.engine.errors import RateLimited

UserErrorCode = enum_type(
    "UserErrorCode",
    "Why something was refused.",
    {
        "REQUIRED": "Missing or empty.",
        "INVALID": "Does not have the right form.",
        "TOO_SHORT": "Has too few characters.",
        "TOO_LONG": "Has too many characters.",
        "TAKEN": "Already taken.",
        "NOT_FOUND": "The object does not exist, or you may not see it.",
        "NOT_ALLOWED": "You may see it, but not do this to it.",
        "PASSWORD_TOO_WEAK": "The password is too easy to guess.",
        "INVALID_CREDENTIALS": "Wrong username or password (never says which).",
        "INVALID_TOKEN": "The token (refresh, reset, confirmation) is unknown, used, expired or revoked.",
        "EMAIL_UNDELIVERABLE": "Hunter says the address does not receive mail.",
        "EMAIL_DISPOSABLE": "A throw-away e-mail provider.",
        "SELF_ACTION": "You cannot do this to yourself or to your own post.",
        "IDEMPOTENCY_MISMATCH": "This idempotency key was used before, for something else.",
        "BLOCKED": "One of you blocks the other.",
    },
)


class UserError(ObjectType):
    """A mistake in what was asked that a person can correct. Payloads list these in `errors`."""

    code = UserErrorCode(required=True, description="Machine-readable reason.")
    message = String(required=True, description="Ready to show to a person.")
    field = List(
        NonNull(String),
        description=(
            'Path of the input at fault, e.g. ["input", "email"]; null when it is about the whole request.'
        ),
    )


ERRORS = List(
    NonNull(UserError), required=True, description="What was wrong with the input. Empty means it worked."
)


class MutationPayload(Interface):
    """Every mutation payload lists the caller's mistakes here. Empty means it worked."""

    errors = ERRORS


class Mutation:
    """One thing a person can do. A subclass names its `Input`, its `Payload`, and acts.

    The class `LikePost` becomes the field `likePost(input: LikePostInput!): LikePostPayload`; its docstring
    is the field's description.
    """

    Input: ClassVar[type]
    Payload: ClassVar[type]
    interfaces: ClassVar[tuple[type[Interface], ...]] = ()
    # What stands in the payload when the input was refused, where the contract does not allow null.
    refused: ClassVar[Mapping[str, Any]] = {}

    # Calls the action and returns the payload's fields; what it refuses is told in `errors`.
    act: ClassVar[Callable[..., dict[str, Any]]]

    @classmethod
    def field(cls) -> Field:
        """The field of the schema's `Mutation` type."""
        name = cls.__name__
        description = " ".join((cls.__doc__ or "").split())
        input_type = _make(
            InputObjectType, f"{name}Input", cls.Input, f"What `{to_camel_case(_snake(name))}` takes."
        )
        payload = _make(
            ObjectType,
            f"{name}Payload",
            cls.Payload,
            f"What `{to_camel_case(_snake(name))}` returns. All null when `errors` is not empty.",
            Meta=type("Meta", (), {"interfaces": (MutationPayload, *cls.interfaces)}),
            errors=ERRORS,
        )

        def resolve(root: None, info: GraphQLResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
            try:
                return {**cls.act(info.context, **input), "errors": []}
            except ValidationFailure as failure:
                return {**cls.refused, "errors": [_user_error(problem) for problem in failure.problems]}
            except Throttled as throttled:
                raise RateLimited(str(throttled), retry_after_s=throttled.retry_after_s) from None

        return Field(
            payload,
            input=Argument(input_type, required=True, description="What to do it with."),
            description=description,
            resolver=resolve,
        )


def _make(base: type, name: str, fields: type, doc: str, **more: Any) -> type:
    every = {key: value for kind in reversed(fields.__mro__) for key, value in vars(kind).items()}
    own = {key: value for key, value in every.items() if not key.startswith("__")}
    return type(name, (base,), {"__doc__": doc, **own, **more})


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _user_error(problem: Problem) -> dict[str, Any]:
    path = problem.field and ["input", *(to_camel_case(name) for name in problem.field)]
    return {"code": problem.code.value, "message": problem.message, "field": path}
