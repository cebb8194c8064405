from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0027_home_aftercare'),
    ]

    operations = [
        migrations.AddField(
            model_name='registerentry',
            name='client_id',
            field=models.UUIDField(null=True, unique=True),
        ),
    ]
