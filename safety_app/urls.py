"""Addresses. Short and neutral on purpose: they end up in histories."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from alerts.views import objection
from alerts.views.outside import phone
from resources.pages import offline
from safety_app import language_choice, root_view
from safety_app.accounts.views.auth import sign_in
from safety_app.privacy.views import exit, health, lock

urlpatterns = [
    path("", root_view.start, name="start"),
    path("exit", exit.leave, name="exit"),
    path("healthz", health.healthz, name="healthz"),
    path("robots.txt", health.robots, name="robots"),
    path(".well-known/security.txt", health.security_txt, name="security_txt"),
    path("pages.js", offline.worker, name="pages_worker"),
    *i18n_patterns(
        path("lock/", lock.unlock, name="lock"),
        path("language/", language_choice.choose, name="language"),
        path("a/", include("alerts.urls")),
        path("object/", objection.object_page, name="object"),
        path("phone/", phone.phone, name="phone"),
        path("phone/notes.webmanifest", phone.manifest, name="manifest"),
        path("", include("safety_app.accounts.urls")),
        # allauth knows the sign-in page by this name; the address is that of "accounts:sign_in".
        path("in/", sign_in.sign_in, name="account_login"),
        path("", include("resources.pages.urls")),
        path("doctor/", include("resources.doctor.urls")),
        path("booking/", include("resources.booking.urls")),
        path("services/", include("resources.directory.urls")),
        path("translate/", include("resources.translation.urls")),
    ),
]

handler400 = "safety_app.privacy.errors.bad_request"
handler403 = "safety_app.privacy.errors.forbidden"
handler404 = "safety_app.privacy.errors.not_found"
handler500 = "safety_app.privacy.errors.server_error"
