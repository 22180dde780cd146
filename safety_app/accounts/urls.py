"""This app's addresses. Short and neutral, because they end up in histories."""

from django.urls import path

from safety_app.accounts.views.account import account, erase, promote, second_step, transfer
from safety_app.accounts.views.auth import apply, join, recover, sign_in
from safety_app.accounts.views.desk import applications, disclosures, network_key, queue
from safety_app.accounts.views.organisations import departures, organisations
from safety_app.accounts.views.people import (
    invite,
    invite_for_organisation,
    messages,
    people,
    revoke,
    vouch,
)
from safety_app.privacy import url_converters

url_converters.register()

app_name = "accounts"

urlpatterns = [
    path("in/", sign_in.sign_in, name="sign_in"),
    path("in/code/", sign_in.code, name="sign_in_code"),
    path("in/recover/", recover.recover, name="recover"),
    path("join/", join.join, name="join"),
    path("apply/", apply.apply, name="apply"),
    path("vouch/", vouch.vouch, name="vouch"),
    path("me/", account.me, name="me"),
    path("me/words/", apply.arrival, name="arrival"),
    path("me/change/", account.change, name="change"),
    path("me/recovery/", account.new_recovery_code, name="new_recovery_code"),
    path("me/everywhere/", account.sign_out_everywhere, name="sign_out_everywhere"),
    path("me/out/", sign_in.sign_out, name="sign_out"),
    path("me/again/", account.reauthenticate, name="reauthenticate"),
    path("me/second-step/", second_step.second_step, name="second_step"),
    path("me/second-step/key/", second_step.add_key, name="security_key_add"),
    path("me/second-step/key/remove/", second_step.remove_key, name="security_key_remove"),
    path("me/erase/", erase.erase, name="erase"),
    path("me/note/", messages.erase, name="message_erase"),
    path("desk/", queue.desk, name="desk"),
    path("desk/invite/", invite.invite, name="invite"),
    path(
        "desk/invite/elsewhere/",
        invite_for_organisation.invite_for_organisation,
        name="invite_for_organisation",
    ),
    path("desk/asked/<id:application_id>/", applications.application, name="application"),
    path("desk/vouched/<id:vouching_id>/", vouch.vouching, name="vouching"),
    path("me/desk/", promote.desk_recovery, name="desk_recovery"),
    path("desk/people/", people.people_list, name="people"),
    path("desk/people/keys/", revoke.renew_desk, name="renew_desk"),
    path("desk/people/<id:member_id>/", people.person, name="person"),
    path("desk/people/<id:member_id>/revoke/", revoke.revoke, name="revoke"),
    path("desk/people/<id:member_id>/note/", messages.to_member, name="message_to_member"),
    path(
        "desk/asked/<id:application_id>/note/", messages.to_applicant, name="message_to_applicant"
    ),
    path("me/move/", transfer.transfer, name="transfer"),
    path("desk/leaving/", departures.departure, name="organisation_departure"),
    path("desk/organisations/", organisations.organisations, name="organisations"),
    path(
        "desk/organisations/<id:organisation_id>/close/",
        departures.close,
        name="organisation_close",
    ),
    path("desk/keys/", network_key.network_key, name="network_key"),
    path("desk/keys/closed/", network_key.delete_closed, name="delete_closed"),
    path("desk/keys/renew/", network_key.renew_network_key, name="renew_network_key"),
    path("desk/looks/", disclosures.disclosures, name="disclosures"),
]
