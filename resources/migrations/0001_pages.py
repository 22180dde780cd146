# Brings the public pages in their first form.

import django.db.models.deletion
import safety_app.privacy.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', safety_app.privacy.ids.RandomIdField(default=safety_app.privacy.ids.random_id, editable=False, help_text='Random number, so that rows have no order.', primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(help_text="The number in the page's address.", unique=True)),
                ('topic', models.CharField(choices=[('harm', 'After something happened'), ('work', 'Working more safely'), ('police', 'Police and the law'), ('online', 'Phones, photos and the internet'), ('health', 'Health'), ('support', 'Support and other work')], help_text='The heading the page stands under on the first screen.', max_length=12)),
                ('country', models.CharField(blank=True, help_text='The country it is true for; empty means everywhere.', max_length=2)),
                ('urgent', models.BooleanField(default=False, help_text='Whether it stands first on the first screen.')),
                ('source_language', models.CharField(help_text='The language it was written in, from which the others are translated.', max_length=12)),
                ('checked', models.DateField(help_text='The day somebody last checked that it is still true.')),
                ('loaded', models.CharField(blank=True, help_text='Shows whether people changed the page since the program brought it in.', max_length=32)),
            ],
            options={
                'verbose_name': 'page',
            },
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', safety_app.privacy.ids.RandomIdField(default=safety_app.privacy.ids.random_id, editable=False, help_text='Random number, so that rows have no order.', primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(help_text='Where in the page it stands.')),
                ('role', models.CharField(choices=[('title', 'title'), ('answer', 'answer'), ('body', 'paragraph')], default='body', help_text='Whether it is the title, the short answer or a paragraph.', max_length=6)),
                ('page', models.ForeignKey(help_text='The page this paragraph belongs to.', on_delete=django.db.models.deletion.CASCADE, related_name='segments', to='resources.page')),
            ],
            options={
                'verbose_name': 'paragraph',
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', safety_app.privacy.ids.RandomIdField(default=safety_app.privacy.ids.random_id, editable=False, help_text='Random number, so that rows have no order.', primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField(help_text='Where in the list it stands.')),
                ('title', models.CharField(help_text='The name of the publication.', max_length=200)),
                ('url', models.URLField(blank=True, help_text='Where it can be read.', max_length=300)),
                ('dated', models.CharField(blank=True, help_text='The date the publication gives itself, if any.', max_length=20)),
                ('page', models.ForeignKey(help_text='The page whose facts it supports.', on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='resources.page')),
            ],
            options={
                'verbose_name': 'source',
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', safety_app.privacy.ids.RandomIdField(default=safety_app.privacy.ids.random_id, editable=False, help_text='Random number, so that rows have no order.', primary_key=True, serialize=False)),
                ('language', models.CharField(help_text='The language of the text.', max_length=12)),
                ('text', models.TextField(help_text='The public text itself.')),
                ('made_from', models.CharField(blank=True, help_text='Shows whether the source changed after it was translated.', max_length=32)),
                ('state', models.CharField(choices=[('starter', 'came with the program'), ('waiting', 'waiting for review'), ('approved', 'approved')], default='waiting', help_text='Whether a second person has reviewed it.', max_length=8)),
                ('segment', models.ForeignKey(help_text='The paragraph this is the text of.', on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='resources.segment')),
            ],
            options={
                'verbose_name': 'wording',
            },
        ),
        migrations.CreateModel(
            name='LocalNote',
            fields=[
                ('id', safety_app.privacy.ids.RandomIdField(default=safety_app.privacy.ids.random_id, editable=False, help_text='Random number, so that rows have no order.', primary_key=True, serialize=False)),
                ('key', models.SlugField(help_text="Which of the page's open places it fills.", max_length=40)),
                ('country', models.CharField(help_text='The country it is true for.', max_length=2)),
                ('language', models.CharField(help_text='The language of the text.', max_length=12)),
                ('text', models.TextField(help_text='The public text itself.')),
                ('checked', models.DateField(help_text='The day somebody last checked that it is still true.')),
                ('page', models.ForeignKey(help_text='The page it belongs to.', on_delete=django.db.models.deletion.CASCADE, related_name='local_notes', to='resources.page')),
            ],
            options={
                'verbose_name': 'local note',
                'constraints': [models.UniqueConstraint(fields=('page', 'key', 'country', 'language'), name='one_note_a_place')],
            },
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.UniqueConstraint(fields=('page', 'position'), name='segment_place'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(fields=('page', 'position'), name='source_place'),
        ),
        migrations.AddConstraint(
            model_name='wording',
            constraint=models.UniqueConstraint(fields=('segment', 'language'), name='wording_of_segment'),
        ),
    ]
