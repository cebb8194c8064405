from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0030_second_signature_on_laxer'),
    ]

    operations = [
        migrations.AlterField(
            model_name='dosegiven',
            name='amount_mg',
            field=models.DecimalField(decimal_places=2, max_digits=15),
        ),
    ]
