from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0005_medicine_meaning'),
    ]

    operations = [
        migrations.AddField(
            model_name='screeningdecision',
            name='words_for_person',
            field=models.TextField(blank=True, default=''),
        ),
    ]
