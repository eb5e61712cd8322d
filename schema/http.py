"""The GraphQL endpoint: HTTP in, HTTP out (GraphQL over HTTP, draft of 2025)."""

import json
import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.request import MediaType
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from accounts.devices import device_of
from accounts.tokens import TokenFault
from schema.callers import caller_of, challenge
from schema.context import Context
from schema.engine.deadline import Deadline, OutOfTime, was_cut_off
from schema.engine.errors import TimedOut
from schema.errors import BAD_USER_INPUT, INTERNAL, MASKED, UNAUTHENTICATED, request_error
from schema.execution import Answer, Asked, parse_document, run
from schema.limits import BYTES, TooMuch
from schema.metrics import ERRORS, REQUESTS

log = logging.getLogger(__name__)
RESPONSE_JSON = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"


class Refused(Exception):
    """A request that is answered without looking at its document."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        super().__init__(message)


@csrf_exempt  # no cookie is ever read here
def graphql_endpoint(request: HttpRequest) -> HttpResponse:
    """Answer one GraphQL request, or show GraphiQL to a browser."""
    _forget_cookies(request)
    media_type: str | None = None
    try:
        media_type = _preferred_type(request)
        if media_type == HTML:
            response = render(request, "schema/graphiql.html")
            response["Vary"] = "Accept"
            return response
        if media_type is None:
            raise Refused(406, f"This endpoint answers {RESPONSE_JSON} or {JSON}.")
        deadline = Deadline(settings.REQUEST_TIMEOUT_S, settings.STATEMENT_TIMEOUT_S)
        with deadline.held():
            return _answer(request, media_type, deadline)
    except TooMuch as error:
        told = request_error(str(error), error.code, **error.extensions, requestId=_request_id(request))
        return _json({"errors": [told]}, media_type or JSON, 400, {})
    except Refused as refused:
        told = request_error(str(refused), BAD_USER_INPUT, requestId=_request_id(request))
        return _json({"errors": [told]}, media_type or JSON, refused.status, refused.headers)
    except (Exception, OutOfTime) as error:  # the border: nothing of ours may leak
        if isinstance(error, OutOfTime) or was_cut_off(error):
            log.warning("request cut off")
            told = request_error(TimedOut().message, TimedOut.code, requestId=_request_id(request))
            return _json({"errors": [told]}, media_type or JSON, 503, {})
        log.exception("request failed")
        told = request_error(MASKED, INTERNAL, requestId=_request_id(request))
        return _json({"errors": [told]}, media_type or JSON, 500, {})


def _forget_cookies(request: HttpRequest) -> None:
    """Django's middleware would answer a malformed cookie by setting another; the API knows none."""
    request.COOKIES.clear()
    request.META.pop("CSRF_COOKIE_NEEDS_UPDATE", None)


def _answer(request: HttpRequest, media_type: str, deadline: Deadline) -> HttpResponse:
    asked = _asked(request)
    caller = caller_of(request)
    document = parse_document(asked, request_id=_request_id(request))
    if caller.fault and (isinstance(document, Answer) or not document.is_open):
        return _unauthenticated(caller.fault, request, media_type)
    if isinstance(document, Answer):
        return _response(document, media_type)
    if request.method == "GET" and not document.is_query:
        raise Refused(405, "GET is for queries only; send a mutation by POST.", Allow="POST")
    context = Context(session=caller.session, device=device_of(request), deadline=deadline)
    return _response(run(document, context, request_id=_request_id(request)), media_type)


def _asked(request: HttpRequest) -> Asked:
    """Raises: Refused, for what is no well-formed GraphQL request; TooMuch."""
    if request.method == "GET":
        sent = _from_query_string(request)
    elif request.method == "POST":
        sent = _from_body(request)
    else:
        raise Refused(405, "Use GET or POST.", Allow="GET, POST")
    if not isinstance(sent, dict):
        raise Refused(400, "Send one JSON object. Batches are not supported.")
    _check_type(sent, "query", str, required=True)
    _check_type(sent, "operationName", str)
    _check_type(sent, "variables", dict)
    _check_type(sent, "extensions", dict)
    explained = (sent.get("extensions") or {}).get("explain") is True
    return Asked(sent["query"], sent.get("variables"), sent.get("operationName"), explained)


def _from_query_string(request: HttpRequest) -> dict[str, Any]:
    given = _parameters(request)
    sent: dict[str, Any] = {name: given[name] for name in ("query", "operationName") if given.get(name)}
    for name in ("variables", "extensions"):
        if given.get(name):
            sent[name] = _load(given[name], f"`{name}`")
    return sent


def _parameters(request: HttpRequest) -> dict[str, str]:
    try:
        return {name: request.GET[name] for name in request.GET}
    except SuspiciousOperation:
        raise Refused(400, "The query string has too many parameters.") from None


def _from_body(request: HttpRequest) -> Any:
    if (
        request.content_type != JSON
        or (request.content_params or {}).get("charset", "utf-8").lower() != "utf-8"
    ):
        raise Refused(415, f"Send {JSON}, in UTF-8.")
    if (request.headers.get("Content-Encoding") or "identity").lower() != "identity":
        raise Refused(415, "A compressed body is not read.")
    if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
        raise Refused(411, "Send a Content-Length; a chunked body is not read.")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit():
        raise Refused(400, "Content-Length must be a number.")
    if int(length) > settings.MAX_BODY_BYTES:
        raise TooMuch(BYTES, int(length), settings.MAX_BODY_BYTES)
    return _load(request.body, "The body")


def _load(text: str | bytes, what: str) -> Any:
    def refuse(constant: str) -> None:
        raise ValueError

    try:
        return json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Refused(400, f"{what} is not JSON.") from None


def _check_type(sent: dict[str, Any], name: str, type_: type, *, required: bool = False) -> None:
    value = sent.get(name)
    if (required and value is None) or (value is not None and not isinstance(value, type_)):
        raise Refused(400, f"`{name}` must be {'a string' if type_ is str else 'an object'}.")


def _unauthenticated(fault: TokenFault, request: HttpRequest, media_type: str) -> HttpResponse:
    messages = {
        TokenFault.EXPIRED: "Your token has expired. Get a new one by refreshToken.",
        TokenFault.INVALID: "This is not a valid token.",
        TokenFault.REVOKED: "Your session has ended. Sign in again.",
    }
    error = request_error(
        messages[fault], UNAUTHENTICATED, reason=fault.value, requestId=_request_id(request)
    )
    return _json({"errors": [error]}, media_type, 401, challenge(fault))


def _response(answer: Answer, media_type: str) -> HttpResponse:
    headers = {}
    if answer.balance:  # as the IETF's draft "RateLimit header fields for HTTP" has them
        balance = answer.balance
        headers["RateLimit-Policy"] = f'"points";q={balance.limit};w={balance.window_s}'
        headers["RateLimit"] = f'"points";r={balance.remaining};t={balance.reset_s}'
    # The one table of statuses: a document that was not run is 400, but for clients of plain JSON, who are
    # told 200 for every well-formed request. Where somebody has to wait, proxies should know too.
    if answer.retry_after_s is not None:
        headers["Retry-After"] = str(answer.retry_after_s)
        return _json(answer.body, media_type, 429, headers)
    return _json(answer.body, media_type, 200 if answer.executed or media_type == JSON else 400, headers)


def _json(body: dict[str, Any], media_type: str, status: int, headers: dict[str, str]) -> HttpResponse:
    REQUESTS.labels(status).inc()
    for error in body.get("errors", ()):
        ERRORS.labels(error["extensions"]["code"]).inc()
    # Lone surrogates, which somebody may have sent and is now told of, become JSON's own escapes.
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    every = {"Vary": "Accept, Authorization", **headers}
    return HttpResponse(content, content_type=f"{media_type}; charset=utf-8", status=status, headers=every)


def _preferred_type(request: HttpRequest) -> str | None:
    """The media type to answer in; None when the client accepts none of ours (RFC 9110, 12.5.1).

    Django's own choice refuses `; charset=utf-8`, which the draft's examples send, and overlooks `q=0`
    beside a wildcard.
    """
    ours = [JSON, RESPONSE_JSON]
    if request.method == "GET" and "query" not in _parameters(request):
        ours.append(HTML)
    header = request.headers.get("Accept") or "*/*"
    ranges = [MediaType(text) for text in header.split(",")]

    def wish(media_type: str) -> tuple[float, int]:
        matching = [each for each in ranges if _matches(each, media_type)]
        if not matching:
            return 0.0, 0
        best = max(matching, key=lambda each: each.specificity)
        return best.quality, -ranges.index(best)

    preferred = max(ours, key=wish)
    return preferred if wish(preferred)[0] > 0 else None


def _matches(accepted: MediaType, media_type: str) -> bool:
    main_type, _, sub_type = media_type.partition("/")
    return (
        accepted.main_type in (main_type, "*")
        and accepted.sub_type in (sub_type, "*")
        and accepted.params.get("charset", "utf-8").lower() == "utf-8"
    )


def _request_id(request: HttpRequest) -> str:
    request_id: str = getattr(request, "request_id", "")
    return request_id
