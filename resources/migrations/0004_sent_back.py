from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("resources", "0003_translation")]

    operations = [
        migrations.AddField(
            model_name="version",
            name="sent_back",
            field=models.CharField(
                blank=True,
                help_text="Why a second person sent it back, in a line, until it is published.",
                max_length=200,
            ),
        ),
    ]
