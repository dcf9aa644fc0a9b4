from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path, re_path

from clinic.views import (
    book,
    booking,
    cancel,
    desk,
    errors,
    mine,
    move,
    pay,
    series,
    services,
    waiting,
)

urlpatterns = [
    path("admin/", admin.site.urls),
    path("login/", LoginView.as_view(template_name="clinic/login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    # what can be booked
    path("", services.home, name="home"),
    path("why/", services.choose_service, name="choose_service"),
    path("s/<slug:slug>/", services.service, name="service"),
    path("s/<slug:slug>/why/", services.why, name="why"),
    path("s/<slug:slug>/book/", book.book, name="book"),
    path("s/<slug:slug>/series/", series.series, name="series"),
    path("s/<slug:slug>/wait/", waiting.join, name="join"),
    # a booking, for whoever has its link
    path("b/<str:token>/", booking.show, name="booking"),
    path("b/<str:token>/confirm/", booking.confirm, name="confirm"),
    path("b/<str:token>/pay/", pay.pay, name="pay"),
    path("b/<str:token>/paid/", pay.paid, name="paid"),
    path("b/<str:token>/request/", booking.ask_for_approval, name="request"),
    path("b/<str:token>/more-time/", booking.need_more_time, name="more_time"),
    path("b/<str:token>/again/", booking.hold_again, name="again"),
    path("b/<str:token>/move/", move.move, name="move"),
    path("b/<str:token>/cancel/", cancel.cancel, name="cancel"),
    # somebody who waits
    path("w/<str:token>/", waiting.waiting, name="waiting"),
    path("w/<str:token>/accept/", waiting.accept, name="accept"),
    path("w/<str:token>/decline/", waiting.decline, name="decline"),
    path("w/<str:token>/leave/", waiting.leave, name="leave"),
    # for those who are signed in
    path("mine/", mine.mine, name="mine"),
    path("desk/", desk.desk, name="desk"),
    path("desk/<slug:reference>/", desk.entry, name="desk_booking"),
    path("desk/<slug:reference>/<slug:verb>/", desk.entry, name="desk_verb"),
    # where the library is told of payments, and where customers come back to from paying
    path("bookable/", include("bookable.urls")),
    # with DEBUG on, Django would show its own page for developers
    re_path(r"^.*/$", errors.not_found),
]

handler404 = "clinic.views.errors.not_found"
