"""The words of posts in two dialects of full-text search: PostgreSQL's `tsvector` and SQLite's FTS5.

Both are given tokens of letters, digits and marks only (`accounts.words`). So neither takes text apart by
rules of its own, and nothing that somebody wrote is ever an operator.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from accounts.words import FILLER, Term, is_spaceless, tokens


@dataclass(frozen=True)
class Dialect:
    """How one database is spoken to.

    Args:
        create: the statements that make the table.
        write: the statement that writes rows, new or anew; `{}` stands for them.
        erase: the statement that leaves nothing of rows that were deleted; None where that is vacuum's work.
        matches: the condition that a column has what a query asks for.
        document: a text as it is indexed.
        query: terms as they are looked for.
    """

    create: tuple[str, ...]
    write: str
    erase: str | None
    matches: str
    document: Callable[[str], str]
    query: Callable[[Sequence[Term]], str]

    def writing(self, bodies: Iterable[tuple[int, str]]) -> tuple[str, list[int | str]]:
        """The statement, and its parameters, that lets posts be found; of each its key and its text."""
        rows = [(key, self.document(body)) for key, body in bodies]
        values = ", ".join(["(%s, %s)"] * len(rows))
        return self.write.format(values), [value for row in rows for value in row]


def _tsvector(text: str) -> str:
    # Only neighbours need their places.
    return " ".join(
        f"'{token}':{place}" if is_spaceless(token) else f"'{token}'"
        for place, token in enumerate(tokens(text), start=1)
        if token != FILLER
    )


def _tsquery(wanted: Sequence[Term]) -> str:
    def phrase(term: Term) -> str:
        return " <-> ".join(f"'{token}'" for token in term.tokens)

    return " & ".join(f"{phrase(term)}:*" if term.is_prefix else f"({phrase(term)})" for term in wanted)


def _fts5_document(text: str) -> str:
    return " ".join(tokens(text))


def _fts5_query(wanted: Sequence[Term]) -> str:
    return " AND ".join(f'"{" ".join(term.tokens)}"{" *" * term.is_prefix}' for term in wanted)


DIALECTS = {
    "postgresql": Dialect(
        create=(
            "CREATE TABLE content_postwords (rowid bigint PRIMARY KEY, tokens tsvector NOT NULL, "
            "CONSTRAINT post_words_of_a_post FOREIGN KEY (rowid) REFERENCES content_post (id) "
            "DEFERRABLE INITIALLY DEFERRED)",
            # The planner knows how common the 10,000 commonest words are (else 1,000). Any other it believes
            # to be not much rarer, and would read posts from the newest on until a page of them has it.
            "ALTER TABLE content_postwords ALTER COLUMN tokens SET STATISTICS 1000",
            "CREATE INDEX post_words_by_token ON content_postwords USING gin (tokens)",
        ),
        write=(
            "INSERT INTO content_postwords (rowid, tokens) VALUES {} "
            "ON CONFLICT (rowid) DO UPDATE SET tokens = EXCLUDED.tokens"
        ),
        erase=None,
        matches="{} @@ %s::tsquery",
        document=_tsvector,
        query=_tsquery,
    ),
    "sqlite": Dialect(
        # To this tokenizer, all that is not ASCII belongs to tokens: spaces part them, and nothing else.
        create=("CREATE VIRTUAL TABLE content_postwords USING fts5 (tokens, tokenize = 'ascii')",),
        write="INSERT OR REPLACE INTO content_postwords (rowid, tokens) VALUES {}",
        # FTS5 only notes what was deleted or replaced until it happens to write that part of its index again.
        # (Its option `secure-delete` needs SQLite 3.42, which is newer than what many machines have.)
        erase="INSERT INTO content_postwords (content_postwords) VALUES ('optimize')",
        matches="{} MATCH %s",
        document=_fts5_document,
        query=_fts5_query,
    ),
}
