"""Addresses of alerts. Numbers that cannot be an alert's are not looked up."""

from django.urls import path

from alerts.own import views as own_views
from alerts.views import (
    alert,
    author,
    check,
    desk,
    feed,
    figures,
    flag,
    merge,
    objections,
    review,
    translate,
    undo,
    unreviewed,
)
from alerts.views import report as report_views
from alerts.views.outside import phone, relay, sheet
from alerts.views.sharing import files, incoming, shared
from safety_app.privacy import url_converters

url_converters.register()

app_name = "alerts"

urlpatterns = [
    path("", feed.feed, name="feed"),
    path("check/", check.check, name="check"),
    path("new/", report_views.report, name="report"),
    path("desk/", desk.desk_notes, name="desk_notes"),
    path("desk/<id:note_id>/", desk.delete_note, name="desk_note"),
    path("objections/", objections.objections, name="objections"),
    path("figures/", figures.figures_page, name="figures"),
    path("figures/figures.csv", figures.figures_file, name="figures_file"),
    path("figures/<slug:name>.svg", figures.figures_chart, name="figures_chart"),
    path("sheet/", sheet.sheet_page, name="sheet"),
    path("pass/", relay.week, name="relay_week"),
    path("passed/", relay.relays_page, name="relays"),
    path("share/", phone.share, name="share"),
    path("share/open/", phone.open_share, name="share_open"),
    path("shared/", shared.shared, name="shared"),
    path("shared/own/", shared.own_identity, name="shared_own"),
    path("shared/own/file/", shared.own_identity_file, name="shared_own_file"),
    path("shared/networks/", shared.networks, name="shared_networks"),
    path("shared/networks/<id:partner_id>/", shared.remove, name="shared_network"),
    path("shared/send/", files.send, name="shared_send"),
    path("shared/take/", files.take, name="shared_take"),
    path("shared/<id:incoming_id>/", incoming.incoming, name="incoming"),
    path("undo/", undo.undo_step, name="undo"),
    path("regions/", own_views.own_regions, name="own_regions"),
    path("watch/", own_views.watch, name="watch"),
    path("unreviewed/", unreviewed.unreviewed, name="unreviewed"),
    path("<id:alert_id>/", alert.alert, name="alert"),
    path("<id:alert_id>/confirm/", alert.confirm, name="confirm"),
    path("<id:alert_id>/withdraw/", alert.withdraw, name="withdraw"),
    path("<id:alert_id>/correct/", report_views.correct, name="correct"),
    path("<id:alert_id>/cut/", alert.cut, name="cut"),
    path("<id:alert_id>/flag/", flag.flag, name="flag"),
    path("<id:alert_id>/pass/", relay.note, name="relay"),
    path("<id:alert_id>/author/", author.author, name="author"),
    path("<id:alert_id>/review/", review.review, name="review"),
    path("<id:alert_id>/words/", review.review_words, name="review_words"),
    path("<id:alert_id>/merge/", merge.merge, name="merge"),
    path("<id:alert_id>/translate/", translate.translate, name="translate"),
]
