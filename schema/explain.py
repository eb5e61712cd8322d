"""What an operation may need, told before it runs."""

from operator import itemgetter
from typing import Any

from django.conf import settings

from accounts.points import budget_of
from schema.context import Context
from schema.limits import CONNECTIONS_OF_A_POINT, POINTS_OF_A_MUTATION, Price

# What a query may need at most: some, and some more for each field that asks the database.
STATEMENTS_OF_A_QUERY = 3
STATEMENTS_OF_A_FIELD = 2


def explain(price: Price, context: Context) -> dict[str, Any]:
    """What each field may need that needs anything, and all of them together, beside the limits.

    What a mutation itself writes is not told in statements: it hangs on what it finds.
    """
    costs = list(price.selection.costs())
    fields: list[dict[str, Any]] = [
        {
            "path": list(cost.path),
            "nodes": cost.nodes,
            "points": cost.connections / CONNECTIONS_OF_A_POINT,
            "statements": cost.statements,
        }
        for cost in costs
    ]
    asking = sum(cost.statements > 0 for cost in costs)
    if price.is_mutation:
        fields += [
            {"path": [root.key], "nodes": 0, "points": POINTS_OF_A_MUTATION, "statements": None}
            for root in price.roots
        ]
    statements = price.selection.weight.statements + (context.session is not None)
    return {
        "fields": sorted(fields, key=itemgetter("path")),
        "totals": {
            "nodes": _beside(price.nodes, settings.MAX_NODES),
            "points": _beside(price.points, budget_of(context.viewer)),
            "statements": None
            if price.is_mutation
            else _beside(statements, STATEMENTS_OF_A_QUERY + STATEMENTS_OF_A_FIELD * asking),
            "depth": _beside(price.depth, settings.MAX_DEPTH),
            "aliases": _beside(price.selection.weight.aliases, settings.MAX_ALIASES),
            "rootFields": _beside(len(price.roots), settings.MAX_ROOT_FIELDS),
        },
    }


def _beside(value: int, maximum: int) -> dict[str, int]:
    return {"value": value, "maximum": maximum}
