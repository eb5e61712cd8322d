"""What can go wrong with a third party, for a caller to pick the level that matters:

ServiceError                no usable answer; `problem` names why, without the address
├── CircuitOpen             not asked at all: it has failed too often just now
├── NoAnswer
│   ├── TimedOut
│   └── ConnectionFailed
│       ├── Unreachable     no connection: refused, unknown host, bad certificate
│       └── Dropped         a connection, but closed or garbled before an answer
└── BadAnswer
    ├── TooLarge
    ├── NotJson
    ├── UnknownShape        JSON, but not the object we know
    └── BadStatus           a server error, or a status that means nothing to us
"""


class ServiceError(Exception):
    """A third party gave no usable answer."""

    problem: str
    retry_after_s: float | None = None

    def __str__(self) -> str:
        return self.problem


class CircuitOpen(ServiceError):
    problem = "circuit_open"


class NoAnswer(ServiceError):
    """Nothing came back."""


class TimedOut(NoAnswer):
    problem = "timeout"


class ConnectionFailed(NoAnswer):
    """No connection, or one that broke: asking again costs nothing."""


class Unreachable(ConnectionFailed):
    problem = "unreachable"


class Dropped(ConnectionFailed):
    problem = "connection_dropped"


class BadAnswer(ServiceError):
    """Something came back that cannot be used."""


class TooLarge(BadAnswer):
    problem = "too_large"


class NotJson(BadAnswer):
    problem = "not_json"


class UnknownShape(BadAnswer):
    problem = "unknown_shape"


class BadStatus(BadAnswer):
    def __init__(self, problem: str, retry_after_s: float | None) -> None:
        super().__init__()
        self.problem = problem
        self.retry_after_s = retry_after_s
