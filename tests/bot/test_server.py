"""What the bot does when the network, the server or a token fails it, seen at the wire."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from bot.api import Draft, GraphQLApi, PostState, Refusal
from bot.client import ServerAway
from bot.people import person
from bot.server import AccountLost, Patience, Server
from tests.bot.fake_api import Post, User
from tests.bot.fake_server import Answer, FakeServer, LoseAnswer, LoseRequest

ANN, BOB = (person(index, seed=1, run="run", email_domain="example.com") for index in range(2))
PATIENCE = Patience(connect_s=1, answer_s=10, first_contact_s=0.2, away_s=3)


@pytest.fixture
def impatient(server: FakeServer) -> Iterator[Server]:
    """The bot's side of the server, with little patience and the endpoint proven."""
    client = Server(server.url, patience=PATIENCE, stop=threading.Event(), notice=lambda text: None)
    client.prove_endpoint()
    server.requests.clear()
    yield client
    client.close()


@pytest.fixture
def api(impatient: Server) -> GraphQLApi:
    """Ann and Bob are signed up, and Bob's one post is `bobs`."""
    api = GraphQLApi(impatient)
    assert api.sign_up(ANN) is None
    assert api.sign_up(BOB) is None
    return api


@pytest.fixture
def bobs(server: FakeServer) -> str:
    """The ID of a post by Bob that nobody likes."""
    server.data.posts["bobs"] = Post("bobs", BOB.username, "Hello")
    return "bobs"


def raising(error: Exception) -> Callable[[], Answer | None]:
    def action() -> Answer | None:
        raise error

    return action


def answering(answer: Answer) -> Callable[[], Answer | None]:
    return lambda: answer


PASSING_TROUBLE = {
    "a lost request": raising(LoseRequest()),
    "a lost answer": raising(LoseAnswer()),
    "503 in GraphQL": answering(Answer.error(503, "UNAVAILABLE")),
    "502 in HTML": answering(Answer(502, "<h1>Bad gateway</h1>", {"Content-Type": "text/html"})),
    "404 from a proxy": answering(Answer(404, "<h1>Nobody here</h1>", {"Content-Type": "text/html"})),
    "429 in GraphQL": answering(Answer.error(429, "RATE_LIMITED")),
    "429 in text": answering(Answer(429, "Slow down")),
    "an inner error": answering(Answer.error(200, "INTERNAL_SERVER_ERROR")),
    "a time-out of the server": answering(Answer.error(200, "TIMEOUT")),
}


class TestTrouble:
    @pytest.mark.parametrize("trouble", PASSING_TROUBLE)
    def test_a_like_survives_trouble_that_passes(
        self, trouble: str, server: FakeServer, api: GraphQLApi, bobs: str
    ) -> None:
        server.trap("likePost", PASSING_TROUBLE[trouble], times=2)

        outcomes = api.like_posts(ANN, [bobs])

        assert outcomes == [PostState(bobs, 1)]
        assert server.count("likePost") == 3

    def test_a_post_whose_answer_was_lost_is_written_once(self, server: FakeServer, api: GraphQLApi) -> None:
        server.trap("createPost", raising(LoseAnswer()))

        (outcome,) = api.create_posts(ANN, [Draft("Hello", "key")])

        assert isinstance(outcome, PostState)
        assert list(server.data.posts) == [outcome.id]

    def test_a_server_too_slow_is_asked_again(self, server: FakeServer, bobs: str) -> None:
        answered = threading.Event()

        def hang() -> None:
            answered.wait(10)

        patience = replace(PATIENCE, answer_s=0.3)
        client = Server(server.url, patience=patience, stop=threading.Event(), notice=lambda text: None)
        api = GraphQLApi(client)
        api.sign_up(ANN)
        server.trap("likePost", hang)

        outcomes = api.like_posts(ANN, [bobs])
        answered.set()
        client.close()

        assert outcomes == [PostState(bobs, 1)]

    def test_the_server_says_how_long_to_wait(self, server: FakeServer, api: GraphQLApi, bobs: str) -> None:
        server.trap("likePost", answering(Answer.error(429, "RATE_LIMITED", Retry_After="1")))
        began = time.monotonic()

        api.like_posts(ANN, [bobs])

        assert time.monotonic() - began >= 1

    def test_the_time_to_wait_may_be_a_date(self, server: FakeServer, api: GraphQLApi, bobs: str) -> None:
        in_two_seconds = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
        server.trap("likePost", answering(Answer(503, "", {"Retry-After": in_two_seconds})))
        began = time.monotonic()

        api.like_posts(ANN, [bobs])

        assert time.monotonic() - began >= 0.5  # a date has whole seconds

    def test_a_wait_beyond_patience_is_not_begun(
        self, server: FakeServer, api: GraphQLApi, bobs: str
    ) -> None:
        server.trap("likePost", answering(Answer.error(429, "RATE_LIMITED", Retry_After="3600")))
        began = time.monotonic()

        with pytest.raises(ServerAway, match="asks to wait 3600 s"):
            api.like_posts(ANN, [bobs])

        assert time.monotonic() - began < 2

    def test_a_server_that_went_away_is_told_with_the_reason(
        self, server: FakeServer, impatient: Server
    ) -> None:
        server.stop()

        with pytest.raises(ServerAway, match=r"stays away at .*: Connection refused"):
            impatient.ask("{ __typename }", {})

    def test_stopping_ends_the_wait(self, server: FakeServer) -> None:
        stop = threading.Event()
        client = Server(server.url, patience=Patience(), stop=stop, notice=lambda text: stop.set())
        client.prove_endpoint()
        server.stop()

        with pytest.raises(ServerAway):
            client.ask("{ __typename }", {})
        client.close()


NO_ENDPOINTS = {
    "not found": Answer(404, "<h1>Not found</h1>", {"Content-Type": "text/html"}),
    "a page": Answer(200, "<h1>Welcome</h1>", {"Content-Type": "text/html"}),
    "a redirect": Answer(301, "", {"Location": "/elsewhere"}),
    "other JSON": Answer(200, '{"status": "ok"}'),
    "a JSON list": Answer(200, "[]"),
    "a JSON text": Answer(200, '"data"'),
    "nothing": Answer(200, ""),
    "null data": Answer(200, '{"data": null}'),
}


class TestEndpoint:
    @pytest.mark.parametrize("kind", NO_ENDPOINTS)
    def test_what_is_no_graphql_is_told_at_once(self, kind: str, server: FakeServer) -> None:
        server.trap(None, answering(NO_ENDPOINTS[kind]), times=99)
        client = Server(server.url, patience=PATIENCE, stop=threading.Event(), notice=lambda text: None)

        with pytest.raises(ServerAway, match="no GraphQL endpoint"):
            client.prove_endpoint()
        client.close()

        assert len(server.requests) == 1

    def test_a_server_with_another_schema_is_told_at_once(
        self, server: FakeServer, impatient: Server
    ) -> None:
        with pytest.raises(ServerAway, match=r"does not take what the bot asks: .*nonsense"):
            impatient.ask("{ nonsense }", {})

        assert len(server.requests) == 1

    def test_an_answer_that_breaks_the_schema_is_no_traceback(
        self, server: FakeServer, api: GraphQLApi, bobs: str
    ) -> None:
        server.trap("likePost", answering(Answer(200, '{"data": {"f0": {"post": null, "errors": []}}}')))

        with pytest.raises(ServerAway, match="something else than its schema promises"):
            api.like_posts(ANN, [bobs])


class TestTokens:
    def test_an_expired_token_is_refreshed_once_however_many_threads_ask(
        self, server: FakeServer, api: GraphQLApi
    ) -> None:
        server.expire_tokens()

        with ThreadPoolExecutor(8) as executor:
            drafts = [[Draft(f"Hello {number}", str(number))] for number in range(16)]
            list(executor.map(lambda batch: api.create_posts(ANN, batch), drafts))

        assert len(server.data.posts) == 16
        assert server.count("refreshToken") == 1
        assert server.count("tokenAuth") == 0

    def test_the_password_is_used_when_the_refresh_token_is_refused(
        self, server: FakeServer, api: GraphQLApi, bobs: str
    ) -> None:
        server.expire_tokens()
        server.data.user_by_refresh_token.clear()

        assert api.like_posts(ANN, [bobs]) == [PostState(bobs, 1)]
        assert (server.count("refreshToken"), server.count("tokenAuth")) == (1, 1)

    def test_an_account_that_is_no_more_is_lost(self, server: FakeServer, api: GraphQLApi, bobs: str) -> None:
        server.expire_tokens()
        del server.data.users[ANN.username]

        with pytest.raises(AccountLost) as lost:
            api.like_posts(ANN, [bobs])

        assert lost.value.code == "INVALID_CREDENTIALS"

    def test_a_netrc_file_does_not_replace_the_token(
        self, api: GraphQLApi, bobs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login somebody password else\n")
        monkeypatch.setenv("NETRC", str(netrc))

        assert api.like_posts(ANN, [bobs]) == [PostState(bobs, 1)]


class TestSignup:
    def test_a_name_taken_by_our_own_lost_signup_counts_as_signed_up(
        self, server: FakeServer, impatient: Server
    ) -> None:
        server.trap("signup", raising(LoseAnswer()))

        assert GraphQLApi(impatient).sign_up(ANN) is None
        assert (server.count("signup"), server.count("tokenAuth")) == (2, 1)

    def test_a_name_taken_by_somebody_else_is_refused(self, server: FakeServer, impatient: Server) -> None:
        server.data.users[ANN.username] = User(ANN.username, "else@example.com", "another password")

        assert GraphQLApi(impatient).sign_up(ANN) == Refusal("TAKEN")

    def test_a_refused_address_is_not_tried_again(self, server: FakeServer, impatient: Server) -> None:
        server.data.refusals["signup", ANN.username] = "EMAIL_UNDELIVERABLE"

        assert GraphQLApi(impatient).sign_up(ANN) == Refusal("EMAIL_UNDELIVERABLE")
        assert server.count("signup") == 1


class TestBatches:
    def test_one_refused_like_loses_nothing_of_the_others(
        self, server: FakeServer, api: GraphQLApi, bobs: str
    ) -> None:
        assert api.like_posts(ANN, ["none", bobs]) == [Refusal("NOT_FOUND"), PostState(bobs, 1)]
        assert server.count("likePost") == 1

    def test_the_outcomes_before_a_field_that_failed_are_kept(
        self, server: FakeServer, api: GraphQLApi, bobs: str
    ) -> None:
        payload = '{"post": {"id": "bobs", "likeCount": 1}, "errors": []}'
        error = '{"message": "oops", "path": ["f1"], "extensions": {"code": "INTERNAL_SERVER_ERROR"}}'
        body = f'{{"data": {{"f0": {payload}, "f1": null, "f2": {payload}}}, "errors": [{error}]}}'
        server.trap("likePost", answering(Answer(200, body)))

        assert api.like_posts(ANN, [bobs, "other", "third"]) == [PostState(bobs, 1)]

    def test_a_first_field_that_failed_is_asked_again(
        self, server: FakeServer, api: GraphQLApi, bobs: str
    ) -> None:
        error = '{"message": "oops", "path": ["f0"], "extensions": {"code": "INTERNAL_SERVER_ERROR"}}'
        server.trap("likePost", answering(Answer(200, f'{{"data": {{"f0": null}}, "errors": [{error}]}}')))

        assert api.like_posts(ANN, [bobs]) == [PostState(bobs, 1)]

    def test_a_refusal_of_the_user_is_told_from_one_of_the_post(
        self, server: FakeServer, api: GraphQLApi, bobs: str
    ) -> None:
        server.data.refusals["likePost", ANN.username] = "NOT_ALLOWED"

        assert api.like_posts(ANN, [bobs]) == [Refusal("NOT_ALLOWED", is_about_user=True)]


class TestReading:
    def test_many_posts_are_read_in_few_requests_within_the_limits(
        self, server: FakeServer, api: GraphQLApi
    ) -> None:
        ids = [f"{'post':>022}{number}" for number in range(2100)]
        server.data.posts |= {key: Post(key, BOB.username, "Hello", like_count=3) for key in ids[1:]}

        counts = api.like_counts(ids, [ANN])

        assert counts == {ids[0]: None} | dict.fromkeys(ids[1:], 3)
        assert server.count("nodes") == 2

    def test_reading_goes_on_as_somebody_else_when_an_account_is_lost(
        self, server: FakeServer, api: GraphQLApi, bobs: str
    ) -> None:
        server.expire_tokens()
        del server.data.users[ANN.username]

        assert api.like_counts([bobs], [ANN, BOB]) == {bobs: 0}

    def test_everything_is_read_back_beyond_one_page(self, server: FakeServer, api: GraphQLApi) -> None:
        likers = [f"user{number}" for number in range(250)]
        for number in range(120):
            server.data.posts[f"p{number}"] = Post(f"p{number}", BOB.username, "Hello")
        server.data.posts["p7"] = Post("p7", BOB.username, "Hello", 250, likers)

        data = api.read_back([ANN, BOB], posts_a_user=60)

        assert data.users == {ANN.username, BOB.username}
        assert set(data.posts) == {f"p{number}" for number in range(120)}
        assert data.posts["p7"].likers == tuple(likers)
        assert data.posts["p7"].like_count == 250

    def test_a_user_who_is_gone_is_not_read_back(self, server: FakeServer, api: GraphQLApi) -> None:
        nobody = replace(ANN, username="nobody")

        assert api.read_back([BOB, nobody], posts_a_user=5).users == {BOB.username}

    def test_a_post_that_somebody_likes_while_it_is_read_is_read_again(
        self, server: FakeServer, api: GraphQLApi, bobs: str
    ) -> None:
        server.data.posts[bobs].like_count = 1
        server.trap("post", lambda: server.data.posts[bobs].likers.append("stranger"))

        data = api.read_back([BOB], posts_a_user=5)

        assert (data.posts[bobs].like_count, data.posts[bobs].likers) == (1, ("stranger",))

    def test_a_count_that_stays_wrong_is_read_back_as_it_is(
        self, server: FakeServer, api: GraphQLApi, bobs: str
    ) -> None:
        server.data.posts[bobs].like_count = 5

        data = api.read_back([BOB], posts_a_user=5)

        assert (data.posts[bobs].like_count, data.posts[bobs].likers) == (5, ())
