import django.db.models.deletion
import safety_app.privacy.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', safety_app.privacy.ids.RandomIdField(default=safety_app.privacy.ids.random_id, editable=False, help_text='Random number, so that rows have no order.', primary_key=True, serialize=False)),
                ('handle', models.BinaryField(help_text='Finds this row when pseudonym and passphrase are typed together; neither can be got back or tested without the other.', max_length=32, unique=True)),
                ('verifier', models.BinaryField(help_text='Checks the passphrase; made by a slow one-way function.', max_length=32)),
                ('recovery_handle', models.BinaryField(help_text='Finds this row when the recovery code is typed.', max_length=32, unique=True)),
                ('roles', models.CharField(help_text='What this account may do: member, moderator, reporter, translator, editor.', max_length=60)),
                ('state', models.CharField(default='active', help_text='Active or waiting.', max_length=10)),
                ('public_key', models.BinaryField(help_text='Others lock things with it that only this person can open.', max_length=1216)),
                ('seed_box', models.BinaryField(help_text="This person's secret key, locked with the passphrase.", max_length=64)),
                ('recovery_box', models.BinaryField(help_text="This person's secret key, locked with the recovery code.", max_length=64)),
                ('epoch', models.PositiveIntegerField(default=0, help_text='Which network key this person holds; 0 for none.')),
                ('network_box', models.BinaryField(help_text="The network key, locked with this person's own key; for accounts without one, the fingerprint of their organisation's desk.", max_length=64)),
                ('network_seal', models.BinaryField(help_text='A newer network key, locked for this person, taken over at the next sign-in.', max_length=1200, null=True)),
                ('pseudonym_seal', models.BinaryField(help_text="The pseudonym, locked for the moderators of this person's organisation.", max_length=1500)),
                ('second_factor_box', models.BinaryField(help_text='Settings of the second sign-in step, locked; the same size with and without.', max_length=600)),
                ('row_mac', models.BinaryField(help_text='Proof that key, organisation, roles and state were set by someone who holds the network key.', max_length=32)),
                ('stamp', models.BinaryField(help_text='Random; changed to end all sign-ins of this person at once.', max_length=16)),
                ('renewed', models.DateField(help_text='A month (never a day): the account goes a year after it.')),
                ('stay_until', models.DateField(help_text='For guests: the day on which the stay ends.', null=True)),
            ],
            options={
                'verbose_name': 'Accounts',
            },
        ),
        migrations.CreateModel(
            name='Desk',
            fields=[
                ('id', safety_app.privacy.ids.RandomIdField(default=safety_app.privacy.ids.random_id, editable=False, help_text='Random number, so that rows have no order.', primary_key=True, serialize=False)),
                ('public_key', models.BinaryField(help_text='Others lock things with it that only moderators can open.', max_length=1216)),
                ('recovery_box', models.BinaryField(help_text="The desk's secret key, locked with the recovery code.", max_length=64, null=True)),
                ('row_mac', models.BinaryField(help_text='Proof that someone who holds the network key made it.', max_length=32)),
            ],
            options={
                'verbose_name': 'Desks',
            },
        ),
        migrations.CreateModel(
            name='Epoch',
            fields=[
                ('id', safety_app.privacy.ids.RandomIdField(default=safety_app.privacy.ids.random_id, editable=False, help_text='Random number, so that rows have no order.', primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(help_text='Which network key this is: 1, 2, 3 and so on.', unique=True)),
                ('chain_mac', models.BinaryField(help_text='Proof that this key follows from the one before; nobody without that key can make it.', max_length=32)),
                ('previous_box', models.BinaryField(help_text='The key before, locked with this one, while alerts move from one to the other.', max_length=64, null=True)),
            ],
            options={
                'verbose_name': 'Network keys',
            },
        ),
        migrations.CreateModel(
            name='Instance',
            fields=[
                ('id', safety_app.privacy.ids.RandomIdField(default=safety_app.privacy.ids.random_id, editable=False, help_text='Random number, so that rows have no order.', primary_key=True, serialize=False)),
                ('salt', models.BinaryField(help_text='Random value mixed into every sign-in, so that tables made for another site are useless here.', max_length=32)),
            ],
            options={
                'verbose_name': 'This installation',
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', safety_app.privacy.ids.RandomIdField(default=safety_app.privacy.ids.random_id, editable=False, help_text='Random number, so that rows have no order.', primary_key=True, serialize=False)),
                ('handle', models.BinaryField(help_text='Finds the invitation when its code is typed.', max_length=32, unique=True)),
                ('roles', models.CharField(help_text='What the account may do that comes of it.', max_length=60)),
                ('guest', models.BooleanField(default=False, help_text='For good, or for a stay of 30 days.')),
                ('public_key', models.BinaryField(help_text='Others lock things with it that only the code can open.', max_length=1216)),
                ('epoch', models.PositiveIntegerField(default=0, help_text='Which network key it brings; 0 for none.')),
                ('network_box', models.BinaryField(help_text="The network key, locked with the code; for accounts without one, the fingerprint of the organisation's desk.", max_length=64, null=True)),
                ('network_seal', models.BinaryField(help_text='A newer network key, locked for the code.', max_length=1200, null=True)),
                ('row_mac', models.BinaryField(help_text='Proof that someone who holds the network key made it.', max_length=32)),
                ('expires', models.DateField(help_text='The last day on which the code works.')),
            ],
            options={
                'verbose_name': 'Open invitations',
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', safety_app.privacy.ids.RandomIdField(default=safety_app.privacy.ids.random_id, editable=False, help_text='Random number, so that rows have no order.', primary_key=True, serialize=False)),
                ('name', models.CharField(help_text="The organisation's public name, for newcomers.", max_length=80, unique=True)),
            ],
            options={
                'verbose_name': 'Organisations',
            },
        ),
        migrations.CreateModel(
            name='DeskSeal',
            fields=[
                ('id', safety_app.privacy.ids.RandomIdField(default=safety_app.privacy.ids.random_id, editable=False, help_text='Random number, so that rows have no order.', primary_key=True, serialize=False)),
                ('sealed', models.BinaryField(help_text="The desk's secret key, locked.", max_length=1200)),
                ('desk', models.ForeignKey(help_text='Which desk it opens.', on_delete=django.db.models.deletion.CASCADE, to='members.desk')),
                ('member', models.ForeignKey(help_text='The moderator who can open it.', null=True, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('invitation', models.ForeignKey(help_text='Or the invitation whose code can.', null=True, on_delete=django.db.models.deletion.CASCADE, to='members.invitation')),
            ],
            options={
                'verbose_name': 'Keys to desks',
            },
        ),
        migrations.AddField(
            model_name='invitation',
            name='organisation',
            field=models.ForeignKey(help_text='The organisation that invites.', on_delete=django.db.models.deletion.CASCADE, to='members.organisation'),
        ),
        migrations.AddField(
            model_name='desk',
            name='organisation',
            field=models.OneToOneField(help_text="Whose desk it is; empty: everyone's.", null=True, on_delete=django.db.models.deletion.CASCADE, to='members.organisation'),
        ),
        migrations.AddField(
            model_name='member',
            name='organisation',
            field=models.ForeignKey(help_text='The organisation that vouches for this person.', on_delete=django.db.models.deletion.PROTECT, to='members.organisation'),
        ),
    ]
