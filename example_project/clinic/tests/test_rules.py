from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from bookable import testing
from bookable.models import Provider, Service
from clinic.models import Therapist


class SchoolRunTests(testing.RuleContract):
    rule = "clinic.rules.SchoolRun"
    options = {"minutes": 45}

    def make_rows(self, service: Service, providers: Sequence[Provider]) -> None:
        for provider in providers:
            Therapist.objects.create(provider=provider, name=provider.name, school_run=time(15, 15))
