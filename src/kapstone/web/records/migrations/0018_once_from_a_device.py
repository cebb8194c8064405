from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0017_live'),
    ]

    operations = [
        migrations.AddField(
            model_name='phase',
            name='client_id',
            field=models.UUIDField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name='presence',
            name='client_id',
            field=models.UUIDField(null=True, unique=True),
        ),
    ]
