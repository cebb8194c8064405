import django.db.models.deletion
import kapstone.web.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0033_meaning_and_nudge'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='preparation',
            name='note',
            field=models.TextField(blank=True, default=''),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name='PreparationAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=kapstone.web.clock.now)),
                ('question', models.CharField(max_length=60)),
                ('value', models.JSONField(null=True)),
                ('words', models.TextField(blank=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='records.preparationanswer')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='records.course')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
