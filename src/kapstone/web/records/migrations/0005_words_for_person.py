from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0004_kept_rules'),
    ]

    operations = [
        migrations.AddField(
            model_name='screeningdecision',
            name='words_for_person',
            field=models.TextField(blank=True, default=''),
        ),
    ]
