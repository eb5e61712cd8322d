"""Insert first, and let the constraint decide."""

from typing import cast

from django.db import connection, models
from django.db.models import sql
from django.db.models.constants import OnConflict


def insert_if_absent(row: models.Model) -> bool:
    """Insert `row` unless a unique constraint says it is there already.

    `bulk_create(ignore_conflicts=True)` hides whether it inserted, and a counter must know.

    Returns: whether the row was inserted.
    """
    model = type(row)
    query = sql.InsertQuery(model, on_conflict=OnConflict.IGNORE)
    query.insert_values(
        [
            field
            for field in model._meta.concrete_fields
            if not field.generated
            and field.attname in vars(row)
            and (field.attname != "id" or row.pk is not None)
        ],
        [row],
    )
    statements = query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        for statement, parameters in statements:
            cursor.execute(statement, parameters)
        return cast(int, cursor.rowcount) == 1
