"""What is counted of the API, for Prometheus."""

from prometheus_client import Counter, Histogram

REQUESTS = Counter("graphql_requests", "Requests, by the status of the answer.", ["status"])
SECONDS = Histogram("graphql_execution_seconds", "How long operations were executed.", ["operation"])
ERRORS = Counter("graphql_errors", "Top-level errors, by their code.", ["code"])
DEPRECATED = Counter("graphql_deprecated", "Answers that used what is going to leave.", ["coordinate"])
