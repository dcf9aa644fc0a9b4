from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def calendar() -> models.OneToOneField[Any, Any]:
    return models.OneToOneField(
        editable=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="%(app_label)s_%(class)s",
        to="bookable.provider",
        verbose_name="calendar",
    )


class Migration(migrations.Migration):
    """What `makemigrations` writes once the models inherit from BookableProvider."""

    dependencies = [("bookable", "0001_initial"), ("clinic", "0001_initial")]

    operations = [
        migrations.AddField(model_name="room", name="provider", field=calendar()),
        migrations.AddField(model_name="therapist", name="provider", field=calendar()),
    ]
