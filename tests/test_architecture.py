"""What the house promises about its source, where no linter says it: who writes tables, who knows what."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("accounts", "bot", "content", "schema", "services", "social")
# The bot has no tables: it may not even import Django.
ROOMS_WITH_TABLES = ("accounts", "content", "schema", "services", "social")

# Who writes tables: what a person can do, what happens in the background, the repair of counts, and the bulk
# writing of a made-up network, which is nothing that a person did.
WRITERS = (
    "schema/engine/deadline.py",  # sets how long statements may take
    "*/actions/*.py",
    "*/migrations/*.py",
    "accounts/jobs.py",
    "accounts/tasks.py",
    "accounts/throttle_counts.py",
    "content/counts.py",
    "content/seed/tables.py",
    "content/tasks.py",
)
WRITING_CLASSES = {
    ("accounts/models/people.py", "UserManager"),  # `manage.py createsuperuser` asks it
    ("accounts/prepared.py", "Prepared"),  # runs what a queryset became, and a queryset reads
}
# Methods of rows and sets of rows. These take keywords only; what else is called so (a dict's `update`, a
# cache's `delete`, a file's `create`) is given something by position.
BY_KEYWORD = {"create", "update", "delete", "acreate", "aupdate", "adelete"}
ALWAYS = {
    *("save", "save_base", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "_raw_delete"),
    *("asave", "abulk_create", "abulk_update", "aget_or_create", "aupdate_or_create"),
    *("execute", "executemany", "insert_if_absent"),
}

# Who may know what is not ours, so that it can be replaced in a day.
KNOWN_BY = {
    "graphene": ("schema/*",),
    "graphene_django": ("schema/*",),
    "graphql": ("schema/*", "bot/client.py"),  # gql's documents are graphql-core's
    "graphql_jwt": ("accounts/tokens.py",),
    "requests": ("services/http.py",),
    "limits": (
        *("accounts/throttles.py", "accounts/throttle_counts.py", "accounts/points.py"),
        "social/settings.py",
    ),
    "redis": ("accounts/throttle_counts.py",),
    "csp": ("social/settings.py",),
    "gql": ("bot/client.py",),
}
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc"}


@dataclass(frozen=True)
class Source:
    """One file of Python; its path is from the project's root."""

    path: str
    tree: ast.Module

    def is_any_of(self, patterns: tuple[str, ...]) -> bool:
        """Whether one of the patterns matches; `*` at the end means a whole folder."""
        return any(
            self.path.startswith(pattern[:-1])
            if pattern.endswith("/*")
            else PurePosixPath(self.path).match(pattern)
            for pattern in patterns
        )


@cache
def sources(room: str) -> list[Source]:
    files = sorted((ROOT / room).rglob("*.py"))
    return [Source(file.relative_to(ROOT).as_posix(), ast.parse(file.read_bytes())) for file in files]


def planted(code: str, path: str = "schema/planted.py") -> Source:
    return Source(path, ast.parse(code))


def writes(source: Source) -> list[str]:
    """Where a file writes tables though it should not."""
    if source.is_any_of(WRITERS):
        return []
    excused = {
        node
        for each in ast.walk(source.tree)
        if isinstance(each, ast.ClassDef) and (source.path, each.name) in WRITING_CLASSES
        for node in ast.walk(each)
    }
    return [f"{source.path}:{node.lineno}" for node in _writing(source.tree) if node not in excused]


def _writing(tree: ast.Module) -> Iterator[ast.expr]:
    calls = {node.func: node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and _sounds_like_a_write(node, calls.get(node)):
            yield node


def _sounds_like_a_write(name: ast.Name | ast.Attribute, call: ast.Call | None) -> bool:
    if isinstance(name, ast.Name):
        return name.id == "insert_if_absent"
    # A row or a set of rows is never found by a text, as a dict in a dict is.
    at = name.value.slice if isinstance(name.value, ast.Subscript) else None
    of_dict = isinstance(at, ast.Constant) and isinstance(at.value, str)
    by_position = call is not None and bool(call.args)
    return name.attr in ALWAYS or (name.attr in BY_KEYWORD and not of_dict and not by_position)


def foreign_imports(source: Source) -> list[str]:
    """Where a file imports what it should not know."""
    return [
        f"{source.path}:{line} {module}"
        for line, module in _imports(source.tree)
        if (root := module.partition(".")[0]) in KNOWN_BY and not source.is_any_of(KNOWN_BY[root])
    ]


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, node.module or ""
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "."


def late_imports(source: Source) -> list[str]:
    """Where a function imports: what circles are broken with. Django's `ready` has to."""
    return [
        f"{source.path}:{line}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if not (node.name == "ready" and source.path.endswith("/apps.py"))
        for line, _ in _imports(node)
    ]


def blind_gets(source: Source) -> list[str]:
    """Where something is fetched by its key past the rule of who sees what."""
    return [
        f"{source.path}:{node.lineno}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager")
        if not (source.path == "schema/engine/keyset.py" and node.attr == "_default_manager")  # the parents
    ]


@pytest.mark.parametrize("room", ROOMS_WITH_TABLES)
def test_only_actions_and_background_steps_write_tables(room: str) -> None:
    assert [found for source in sources(room) for found in writes(source)] == []


@pytest.mark.parametrize("pattern", [each for each in WRITERS if not each.startswith("*")])
def test_whoever_is_excused_from_not_writing_writes(pattern: str) -> None:
    (source,) = [each for each in sources(pattern.partition("/")[0]) if each.path == pattern]

    assert list(_writing(source.tree)) != []


@pytest.mark.parametrize(
    "code",
    [
        "Post.objects.create(body='x')",
        "post.save()",
        "post.save(update_fields=['body'])",
        "async def f(): await post.asave()",
        "visible_posts(user).filter(pk=1).update(body='x')",
        "rows.update(**{'like_count': 1})",
        "locked[post.pk].delete()",
        "rows[0].delete()",
        "user.posts.all().delete()",
        "Post.objects.bulk_create([Post()])",
        "Post.objects.get_or_create(pk=1)",
        "transaction.on_commit(post.delete)",
        "remove = Like.objects.filter(user=user).delete",
        "with connection.cursor() as cursor: cursor.execute('UPDATE content_post SET like_count = 0')",
        "from content.actions.inserts import insert_if_absent\ninsert_if_absent(Like())",
        "class UserManager:\n    def f(self): self.model().save()",
        "class Post:\n    def like(self):\n        def inner(): self.save()",
    ],
)
def test_a_planted_write_is_found(code: str) -> None:
    assert writes(planted(code)) != []


@pytest.mark.parametrize(
    "code",
    [
        "known.update({'a': 1})",
        "seen.update(keys)",
        "digest.update(b'x')",
        "cache.delete('key')",
        "Journal.create(path, run)",
        "DATABASES['default'].update(CONN_MAX_AGE=600)",
        "like_post(user=user, post_id=1)",
        "delete_post(user=user, post_id=1)",
        "Post.objects.filter(pk=1).first()",
    ],
)
def test_what_only_sounds_like_a_write_is_none(code: str) -> None:
    assert writes(planted(code)) == []


def test_a_write_in_its_place_is_none() -> None:
    assert writes(planted("post.save()", "content/actions/planted.py")) == []
    assert (
        writes(planted("class UserManager:\n    def f(self): user.save()", "accounts/models/people.py")) == []
    )
    assert writes(planted("class User:\n    def f(self): user.save()", "accounts/models/people.py")) != []


@pytest.mark.parametrize("room", ROOMS)
def test_what_is_not_ours_is_known_in_one_place(room: str) -> None:
    assert [found for source in sources(room) for found in foreign_imports(source)] == []


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("import graphene", "content/models.py"),
        ("from graphql.language import ast", "accounts/tokens.py"),
        ("from graphene_django import views", "social/urls.py"),
        ("import graphql_jwt.utils", "schema/http.py"),
        ("def f():\n    from graphql_jwt import x", "accounts/actions/sessions.py"),
        ("import requests", "services/hunter.py"),
        ("import redis", "accounts/throttles.py"),
        ("from limits import parse", "accounts/actions/sessions.py"),
        ("from requests import Session as S", "bot/client.py"),
        ("if True:\n    import gql", "bot/run.py"),
    ],
)
def test_a_planted_import_is_found(code: str, path: str) -> None:
    assert foreign_imports(planted(code, path)) != []


def test_an_import_in_its_place_is_none() -> None:
    assert foreign_imports(planted("import graphene, graphql", "schema/types/post.py")) == []
    assert foreign_imports(planted("from graphql_jwt import x", "accounts/tokens.py")) == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_function_imports(room: str) -> None:
    assert [found for source in sources(room) for found in late_imports(source)] == []


def test_a_planted_late_import_is_found() -> None:
    assert late_imports(planted("def f():\n    import json")) != []
    assert (
        late_imports(planted("class A:\n    async def f(self):\n        if x:\n            from . import y"))
        != []
    )
    assert late_imports(planted("def ready():\n    import json")) != []
    assert (
        late_imports(planted("class A:\n    def ready(self):\n        import json", "accounts/apps.py")) == []
    )


def test_the_schema_fetches_nothing_past_the_rule_of_who_sees_what() -> None:
    assert [found for source in sources("schema") for found in blind_gets(source)] == []


def test_a_planted_look_past_the_rule_is_found() -> None:
    assert blind_gets(planted("Post.objects.get(pk=1)")) != []
    assert blind_gets(planted("User._default_manager.filter(id=key)")) != []


@pytest.mark.parametrize("room", [*ROOMS, "tests"])
def test_no_file_has_a_name_that_says_nothing(room: str) -> None:
    ours = [path for path in (ROOT / room).rglob("*") if "node_modules" not in path.parts]

    assert [path for path in ours if path.stem in NAMELESS] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_was_looked_at(room: str) -> None:
    assert len(sources(room)) > 3
