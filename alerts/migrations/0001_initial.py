import django.db.models.deletion
import safety_app.privacy.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='DeskNote',
            fields=[
                ('id', safety_app.privacy.ids.RandomIdField(default=safety_app.privacy.ids.random_id, editable=False, help_text='Random number, so that rows have no order.', primary_key=True, serialize=False)),
                ('organisation', models.BigIntegerField(help_text='The organisation whose desk can open it.')),
                ('day', models.DateField(help_text='The day it came in.')),
                ('sealed', models.BinaryField(help_text="The note, locked for the organisation's desk; one size.", max_length=9500)),
            ],
            options={
                'verbose_name': 'Left for an organisation',
            },
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', safety_app.privacy.ids.RandomIdField(default=safety_app.privacy.ids.random_id, editable=False, help_text='Random number, so that rows have no order.', primary_key=True, serialize=False)),
                ('epoch', models.PositiveIntegerField(help_text='Which network key opens it.')),
                ('version', models.PositiveIntegerField(default=1, help_text='Raised by a correction, so that an older text cannot be put back.')),
                ('day', models.DateField(help_text='The day it was sent, to show its age.')),
                ('level', models.PositiveSmallIntegerField(help_text='How dangerous, 0 to 3: decides how long it lives and in which list it stands.')),
                ('region', models.BinaryField(help_text='A keyed value for the region: shows which alerts share one, not which it is.', max_length=16)),
                ('state', models.CharField(default='new', help_text='Review state: new, held, reviewed or hidden.', max_length=10)),
                ('expires', models.DateField(help_text='The day it is deleted.')),
                ('author_tag', models.BinaryField(help_text='Lets the author, and nobody else, correct or withdraw it; empty when the tie was cut.', max_length=16, null=True)),
                ('card', models.BinaryField(help_text='What the list shows, locked with the network key; one size.', max_length=1100)),
                ('author_seal', models.BinaryField(help_text='Who sent it, locked for the moderators of their organisation; erased after 30 days.', max_length=1300, null=True)),
                ('body', models.BinaryField(help_text='The whole alert, locked with the network key; one size.', max_length=8300)),
            ],
            options={
                'verbose_name': 'Notes',
                'indexes': [models.Index(fields=['day'], name='alert_day')],
            },
        ),
        migrations.CreateModel(
            name='Corroboration',
            fields=[
                ('id', safety_app.privacy.ids.RandomIdField(default=safety_app.privacy.ids.random_id, editable=False, help_text='Random number, so that rows have no order.', primary_key=True, serialize=False)),
                ('tag', models.BinaryField(help_text='Keeps one person from confirming twice; tells nobody who that is.', max_length=16, unique=True)),
                ('note', models.BinaryField(help_text='A note, locked with the network key; the same size when there is none.', max_length=1100)),
                ('alert', models.ForeignKey(help_text='The alert it confirms.', on_delete=django.db.models.deletion.CASCADE, to='alerts.alert')),
            ],
            options={
                'verbose_name': 'Confirmations',
            },
        ),
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', safety_app.privacy.ids.RandomIdField(default=safety_app.privacy.ids.random_id, editable=False, help_text='Random number, so that rows have no order.', primary_key=True, serialize=False)),
                ('label', models.BinaryField(help_text='A keyed value that finds an alert; nobody without the network key can make it.', max_length=16, unique=True)),
                ('epoch', models.PositiveIntegerField(help_text='Which network key made it.')),
                ('alert', models.ForeignKey(help_text='The alert it finds; empty when that was withdrawn or has expired.', null=True, on_delete=django.db.models.deletion.SET_NULL, to='alerts.alert')),
            ],
            options={
                'verbose_name': 'Index for looking up',
            },
        ),
    ]
