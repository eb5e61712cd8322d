from itertools import islice

import accounts.parts
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.words import letters, name_words

# No extension is needed for it (pg_trgm is not everywhere). Its cost is what it takes beside a comparison of
# text: so the planner asks the index, or compares the text first.
POSTGRESQL = [
    """
    CREATE FUNCTION text_grams(text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
        SELECT ARRAY(
            SELECT substr($1, start, size)
            FROM generate_series(1, length($1)) start, generate_series(1, 3) size
            WHERE start + size <= length($1) + 1
        )
    $$
    """,
    "CREATE INDEX person_names_by_words ON accounts_personnames USING gin (text_grams(words))",
    "CREATE INDEX person_names_by_letters ON accounts_personnames USING gin (text_grams(letters))",
]
BATCH = 1000


def create_indexes(apps, schema_editor):
    if schema_editor.connection.vendor == 'postgresql':
        for statement in POSTGRESQL:
            schema_editor.execute(statement)


def drop_indexes(apps, schema_editor):
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute("DROP FUNCTION text_grams(text) CASCADE")


def index_everybody(apps, schema_editor):
    PersonNames = apps.get_model('accounts', 'PersonNames')
    users = apps.get_model('accounts', 'User').objects.using(schema_editor.connection.alias)
    rows = (
        PersonNames(user_id=key, words=name_words(*names), letters=letters('\x1f'.join(names)))
        for key, *names in users.values_list('pk', 'username', 'display_name').iterator(BATCH)
    )
    while batch := list(islice(rows, BATCH)):
        PersonNames.objects.using(schema_editor.connection.alias).bulk_create(batch)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_former_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonNames',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='names', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('words', accounts.parts.SearchableText(help_text='The words of both names, folded.')),
                ('letters', accounts.parts.SearchableText(help_text='Both names without their case.')),
            ],
        ),
        migrations.RunPython(index_everybody, migrations.RunPython.noop),
        migrations.RunPython(create_indexes, drop_indexes),
    ]
