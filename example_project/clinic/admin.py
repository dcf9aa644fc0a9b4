from __future__ import annotations

from django.contrib import admin

from clinic.models import Room, Therapist


@admin.register(Therapist)
class TherapistAdmin(admin.ModelAdmin):
    list_display = ["name", "registration", "school_run", "provider"]
    list_select_related = ["provider"]
    readonly_fields = ["provider"]
    search_fields = ["name"]


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin):
    list_display = ["name", "floor", "is_step_free", "provider"]
    list_select_related = ["provider"]
    readonly_fields = ["provider"]
    search_fields = ["name"]
