from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0008_risk_episode'),
    ]

    operations = [
        migrations.AddField(
            model_name='sheetanswer',
            name='given',
            field=models.CharField(blank=True, default='', max_length=20),
        ),
        migrations.AddField(
            model_name='sheetanswer',
            name='beside',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
        migrations.AddField(
            model_name='sheetanswer',
            name='client_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddConstraint(
            model_name='sheetanswer',
            constraint=models.UniqueConstraint(fields=('sheet', 'client_id'), name='sheet_tap_once'),
        ),
    ]
