
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0020_leaving_answers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='noticeanswer',
            name='reached',
            field=models.BooleanField(null=True),
        ),
        migrations.AddConstraint(
            model_name='noticeanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reached', False), _negated=True), models.Q(('closes', False), ('reviews', False)), _connector='OR'), name='not_reached_settles_nothing'),
        ),
    ]
