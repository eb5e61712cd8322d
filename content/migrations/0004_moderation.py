from django.db import migrations

MODERATORS = 'Moderators'
# What moderators may: look at accounts, posts and reports, read what was decided, and the four actions.
MAY = {
    ('accounts', 'user'): {
        'view_user': 'Can view user',
        'moderate_user': 'Can deactivate and reactivate accounts',
    },
    ('accounts', 'moderationentry'): {'view_moderationentry': 'Can view moderation entry'},
    ('content', 'post'): {
        'view_post': 'Can view post',
        'moderate_post': 'Can remove posts and settle reports',
    },
    ('content', 'postedit'): {'view_postedit': 'Can view post edit'},
    ('content', 'report'): {'view_report': 'Can view report'},
}


def make_group(apps, schema_editor):
    """Permissions are made after all migrations, so those that are not there yet are made here."""
    content_types = apps.get_model('contenttypes', 'ContentType').objects
    permissions = apps.get_model('auth', 'Permission').objects
    group, _ = apps.get_model('auth', 'Group').objects.get_or_create(name=MODERATORS)
    for (app_label, model), named in MAY.items():
        content_type, _ = content_types.get_or_create(app_label=app_label, model=model)
        for codename, name in named.items():
            permission, _ = permissions.get_or_create(
                content_type=content_type, codename=codename, defaults={'name': name}
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0003_data_exports'),
        ('accounts', '0004_moderation'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportedSubject',
            fields=[
            ],
            options={
                'verbose_name': 'reported post or account',
                'verbose_name_plural': 'reported posts and accounts',
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('content.report',),
        ),
        migrations.AlterModelOptions(
            name='post',
            options={'permissions': [('moderate_post', 'Can remove posts and settle reports')]},
        ),
        migrations.RunPython(make_group, migrations.RunPython.noop),
    ]
