from itertools import islice

import content.models.words
import django.db.models.deletion
from django.db import migrations, models

from content.fulltext import DIALECTS

BATCH = 400


def create_index(apps, schema_editor):
    for statement in DIALECTS[schema_editor.connection.vendor].create:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    schema_editor.execute("DROP TABLE content_postwords")


def index_all_posts(apps, schema_editor):
    posts = apps.get_model('content', 'Post').objects.using(schema_editor.connection.alias)
    bodies = posts.order_by('pk').values_list('pk', 'body').iterator(BATCH)
    with schema_editor.connection.cursor() as cursor:
        while batch := list(islice(bodies, BATCH)):
            cursor.execute(*DIALECTS[schema_editor.connection.vendor].writing(batch))


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0004_moderation'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='PostWords',
                    fields=[
                        ('post', models.OneToOneField(db_column='rowid', on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='words', serialize=False, to='content.post')),
                        ('tokens', content.models.words.TokensField()),
                    ],
                ),
            ],
            database_operations=[migrations.RunPython(create_index, drop_index)],
        ),
        migrations.RunPython(index_all_posts, migrations.RunPython.noop),
    ]
