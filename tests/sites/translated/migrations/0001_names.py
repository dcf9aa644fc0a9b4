from __future__ import annotations

from django.db import migrations, models
from tests.sites.translated.operations import AddField

LABELS = {"category": "name", "extra": "name", "provider": "public name", "service": "name"}


class Migration(migrations.Migration):
    dependencies = [("bookable", "0001_initial")]

    operations = [
        AddField(model, f"name_{language}", models.CharField(label, max_length=100, null=True))
        for model, label in LABELS.items()
        for language in ("en", "de")
    ]
