"""What PostgreSQL did to answer a statement, and what of it would not do in a large network."""

import json
import os
from collections.abc import Iterator
from typing import Any

from django.db import connection

# How large the network is; see `conftest.py`.
SCALE = float(os.environ.get("SCALE", "0.05"))
# Rows a page may look at for each row it shows: whoever asks does not see every one that stands there.
ROOM = 50
SMALL = 5_000  # rows: a table this small is read whole whatever one asks
# Rows that may be sorted for a page. Not one page: PostgreSQL rightly sorts some short lists whole.
SORTED = 1_000


def plan_of(statement: str) -> dict[str, Any]:
    """How the database answers a statement, with the rows it really read."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
        (answer,) = cursor.fetchone()
    plan: dict[str, Any] = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
    return plan


def faults(plan: dict[str, Any], *, page: int, sorts_at_most: int = SORTED, room: int = ROOM) -> list[str]:
    """What is wrong with a plan, in words.

    Args:
        page: how many rows were asked for, the one that tells whether there are more included.
        sorts_at_most: rows that may be sorted or looked up; `SORTED`, when left out.
        room: rows that may be looked at for each row of the page; `ROOM`, when left out.
    """
    found, looks_at_most = [], max(room * page, sorts_at_most)
    for node in _nodes(plan):
        kind, rows = node["Node Type"], _rows_read(node)
        if kind == "Seq Scan" and rows > SMALL:
            found.append(f"reads all of {node['Relation Name']} ({rows:,.0f} rows)")
        elif kind.endswith("Scan") and node["Actual Loops"] > looks_at_most:
            found.append(f"looks {node['Actual Loops']:,.0f} times into {node.get('Relation Name', kind)}")
        elif kind.endswith("Scan") and rows > max(looks_at_most, SMALL):
            found.append(f"reads {rows:,.0f} rows of {node.get('Relation Name', kind)}")
        elif kind.endswith("Scan") and _rows_dropped(node) > room * page:
            found.append(f"drops {_rows_dropped(node):,.0f} rows of {node.get('Relation Name', kind)}")
        elif kind == "Sort" and (sorted_ := _rows_read(node["Plans"][0])) > sorts_at_most:
            found.append(f"sorts {sorted_:,.0f} rows by {', '.join(node['Sort Key'])}")
    return found


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)


def _rows_read(node: dict[str, Any]) -> float:
    """What a node looked at in all its loops."""
    return float(node["Actual Rows"] * node["Actual Loops"]) + _rows_dropped(node)


def _rows_dropped(node: dict[str, Any]) -> float:
    names = ("Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck")
    return float(sum(node.get(name, 0) for name in names) * node["Actual Loops"])
