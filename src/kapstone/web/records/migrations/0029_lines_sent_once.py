from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0028_answer_once_from_a_device'),
    ]

    operations = [
        migrations.AddField(
            model_name='registerentry',
            name='client_id',
            field=models.UUIDField(null=True, unique=True),
        ),
    ]
