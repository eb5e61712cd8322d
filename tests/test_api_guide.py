"""Every example of `docs/api.md` does what the page says, one after the other."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.client import Api, Reply

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "api.md"
BLOCKS = re.findall(r"```(\w+ ?\w*)\n(.*?)\n```", GUIDE.read_text(), re.DOTALL)


@dataclass
class Reader:
    """Somebody who tries the page from its beginning: what was answered is used in what is asked next."""

    token: str | None = None
    known: dict[str, str] = field(default_factory=dict)

    def ask(self, query: str, variables: str) -> Reply:
        """An answer. `POST_ID` and `REFRESH_TOKEN` stand for the last that was seen."""
        for name, value in self.known.items():
            variables = variables.replace(f'"{name}"', json.dumps(value))
        reply = Api(self.token).send(query, json.loads(variables))
        for payload in (reply.data or {}).values():
            self._learn(payload)
        return reply

    def _learn(self, payload: Any) -> None:
        if token := payload.get("token"):
            self.token = token
            self.known["REFRESH_TOKEN"] = payload["refreshToken"]
        if post := payload.get("post"):
            self.known.setdefault("POST_ID", post.get("id"))


def told(answer: Any, shown: Any) -> Any:
    """What was answered, with `…` where the page has it."""
    if shown == "…":
        return "…"
    if isinstance(answer, dict) and isinstance(shown, dict):
        return {key: told(value, shown.get(key)) for key, value in answer.items()}
    if isinstance(answer, list) and isinstance(shown, list) and len(answer) == len(shown):
        return [told(*pair) for pair in zip(answer, shown, strict=True)]
    return answer


def test_every_example_is_answered_as_shown() -> None:
    reader, query, variables, answers = Reader(), "", "{}", 0
    for kind, text in BLOCKS:
        if kind == "graphql":
            query, variables = text, "{}"
        elif kind == "json variables":
            variables = text
        else:
            assert kind == "json answer"
            shown = json.loads(text)
            assert told(reader.ask(query, variables).body, shown) == shown
            answers += 1

    assert answers == sum(kind == "graphql" for kind, _ in BLOCKS) > 8
