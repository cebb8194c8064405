import django.db.models.deletion
import kapstone.web.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0037_couples'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CaptureDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('secret_hash', models.CharField(db_index=True, max_length=64)),
                ('expires_at', models.DateTimeField()),
                ('ended', models.BooleanField(default=False)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.capturedevice')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='capture_devices', to='records.person')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Capture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('kind', models.CharField(max_length=10)),
                ('client_id', models.UUIDField()),
                ('content_type', models.CharField(max_length=20)),
                ('size', models.PositiveIntegerField()),
                ('seconds', models.FloatField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.capture')),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='captures', to='records.capturedevice')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='captures', to='records.person')),
                ('session', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='records.session')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'client_id'), name='captured_once')],
            },
        ),
        migrations.CreateModel(
            name='CaptureDeletion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('capture', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='deletion', to='records.capture')),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.capturedeletion')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
