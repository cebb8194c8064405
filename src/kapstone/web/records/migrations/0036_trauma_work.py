import django.db.models.deletion
import kapstone.web.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0035_sealed_notes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EmdrTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('picture', models.TextField()),
                ('negative', models.TextField()),
                ('positive', models.TextField(blank=True)),
                ('emotion', models.TextField(blank=True)),
                ('body', models.TextField(blank=True)),
                ('sud', models.PositiveSmallIntegerField(null=True)),
                ('voc', models.PositiveSmallIntegerField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.emdrtarget')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='records.course')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EmdrSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('phase', models.CharField(max_length=20)),
                ('value', models.PositiveSmallIntegerField(null=True)),
                ('client_id', models.UUIDField(unique=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.emdrset')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='records.emdrtarget')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EmdrClosing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('state', models.CharField(max_length=20)),
                ('sud', models.PositiveSmallIntegerField(null=True)),
                ('voc', models.PositiveSmallIntegerField(null=True)),
                ('body_clear', models.BooleanField(null=True)),
                ('exercises', models.JSONField(default=list)),
                ('words', models.TextField(blank=True)),
                ('call_by', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.emdrclosing')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='records.emdrtarget')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
