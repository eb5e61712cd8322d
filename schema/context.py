"""What a request knows while it is executed."""

from dataclasses import dataclass

from accounts.devices import Device
from accounts.models import Session, User
from accounts.points import Balance
from schema.engine.deadline import Deadline
from schema.engine.errors import Unauthenticated


@dataclass(frozen=True)
class Spent(Balance):
    """What is left to whoever asks, what the request cost, and the objects that its connections can hold."""

    cost: int
    node_count: int


@dataclass(frozen=True)
class Context:
    """Who asks, from where, until when, and what it cost. One for each request."""

    session: Session | None
    device: Device
    deadline: Deadline
    spent: Spent | None = None

    @property
    def viewer(self) -> User | None:
        """The signed-in user; None for an anonymous request."""
        return self.session.user if self.session else None

    def signed_in(self) -> Session:
        """The session of the request.

        Raises: Unauthenticated, for an anonymous request.
        """
        if self.session is None:
            raise Unauthenticated("Sign in to use this field.")
        return self.session
