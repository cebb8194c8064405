import django.db.models.deletion
import kapstone.web.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0036_trauma_work'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AskedAlone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('answers', models.JSONField()),
                ('reach', models.CharField(blank=True, max_length=20)),
                ('reach_words', models.TextField(blank=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.askedalone')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asked_alone', to='records.couple')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asked_alone', to='records.person')),
            ],
            options={
                'verbose_name_plural': 'asked alone',
            },
        ),
        migrations.CreateModel(
            name='AskedAloneReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('together', models.BooleanField()),
                ('words', models.TextField()),
                ('asked', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='records.askedalone')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.askedalonereview')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='JointIntention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('words', models.TextField()),
                ('said', models.CharField(max_length=20)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.jointintention')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='intentions', to='records.couple')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.person')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SharedItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('kind', models.CharField(max_length=20)),
                ('row', models.PositiveBigIntegerField()),
                ('words', models.TextField()),
                ('taken_back', models.BooleanField(default=False)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.shareditem')),
                ('couple', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shared_items', to='records.couple')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shared_items', to='records.person')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
