
import django.db.models.deletion
import kapstone.web.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0024_touch_area'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HomeCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('moment', models.CharField(max_length=10)),
                ('counted', models.PositiveSmallIntegerField()),
                ('expected', models.PositiveSmallIntegerField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.homecount')),
            ],
        ),
        migrations.CreateModel(
            name='CountExplained',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('words', models.TextField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.countexplained')),
                ('count', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='explained', to='records.homecount')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('units', models.PositiveSmallIntegerField()),
                ('conditions', models.JSONField()),
                ('signed_name', models.CharField(max_length=200)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.release')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to='records.registerentry')),
                ('holding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='records.holding')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='records.session')),
            ],
        ),
        migrations.AddField(
            model_name='homecount',
            name='release',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counts', to='records.release'),
        ),
        migrations.CreateModel(
            name='Sitter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('name', models.CharField(max_length=200)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('adult', models.BooleanField(null=True)),
                ('person_agrees', models.BooleanField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.sitter')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='records.session')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SitterLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('call_phone', models.CharField(max_length=40)),
                ('expires_at', models.DateTimeField()),
                ('ended', models.BooleanField(default=False)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.sitterlink')),
                ('on_call', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sitter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='records.sitter')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SitterAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('agrees', models.BooleanField()),
                ('name', models.CharField(max_length=200)),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='records.sitterlink')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SitterLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('saw', models.CharField(max_length=20)),
                ('client_id', models.UUIDField(unique=True)),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='records.sitterlink')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.UniqueConstraint(fields=('session',), name='release_once'),
        ),
        migrations.AddConstraint(
            model_name='homecount',
            constraint=models.UniqueConstraint(fields=('release', 'moment'), name='counted_at_home_once'),
        ),
    ]
