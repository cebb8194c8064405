"""Psychotherapy notes move into a table of sealed words; what was written plainly is sealed.

A new table, not a changed one: PostgreSQL keeps a dropped column on the disk until the row is
written anew, and the guards let no row be written anew.
"""

import hashlib
import os
from pathlib import Path

import django.db.models.deletion
import kapstone.web.clock
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management.color import no_style
from django.db import migrations, models
from django.db.migrations.exceptions import IrreversibleError

DRAFTS = "psychotherapy-note-"


def keys():
    given = os.environ.get("KAPSTONE_NOTES_KEY", "").replace(",", " ").split()
    file = Path(settings.DATA) / "notes-key"
    if not given and file.exists():
        given = file.read_text(encoding="utf-8").split()
    if not given:
        given = [Fernet.generate_key().decode()]
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(f"{given[0]}\n")
            out.flush()
            os.fsync(out.fileno())
    return given


def sealer():
    key = keys()[0]
    name, fernet = hashlib.sha256(key.encode()).hexdigest()[:12], Fernet(key)
    return lambda words, about: (name, fernet.encrypt(f"{about}\n{words}".encode()).decode())


def seal_what_is_plain(apps, schema_editor):
    """Each note under its own number, since the trail speaks of it by that."""
    plain = apps.get_model("records", "PsychotherapyNote")
    store = apps.get_model("records", "SealedNote")
    drafts = apps.get_model("records", "Draft").objects.filter(key__startswith=DRAFTS)
    if not plain.objects.exists() and not drafts.exists():
        return
    if schema_editor.connection.vendor == "sqlite":
        # What is dropped below is wiped, not only forgotten.
        schema_editor.execute("PRAGMA secure_delete=ON")
    seal = sealer()
    for row in plain.objects.order_by("pk").iterator():
        key_id, sealed = seal(row.text, f"course:{row.course_id} by:{row.by_id}")
        same = ("pk", "at", "recorded_at", "by_id", "course_id", "corrects_id")
        store.objects.create(key_id=key_id, sealed=sealed, **{n: getattr(row, n) for n in same})
    for draft in drafts:
        draft.text = " ".join(seal(draft.text, f"draft of {draft.user_id}: {draft.key}"))
        draft.save()
    if schema_editor.connection.vendor == "postgresql":
        # Looked at now: a table with checks to come is not renamed.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in schema_editor.connection.ops.sequence_reset_sql(no_style(), [store]):
        schema_editor.execute(statement)


def refuse_to_lay_open(apps, schema_editor):
    drafts = apps.get_model("records", "Draft").objects.filter(key__startswith=DRAFTS)
    if apps.get_model("records", "SealedNote").objects.exists() or drafts.exists():
        raise IrreversibleError(
            "Psychotherapy notes are sealed, and an older program would keep them plainly. Go back "
            "by restoring a copy that it made."
        )


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0034_preparation_answers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SealedNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('key_id', models.CharField(max_length=20)),
                ('sealed', models.TextField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.sealednote')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='records.course')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RunPython(seal_what_is_plain, refuse_to_lay_open),
        migrations.DeleteModel(name='PsychotherapyNote'),
        migrations.RenameModel('SealedNote', 'PsychotherapyNote'),
    ]
