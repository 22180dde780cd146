"""Addresses of this app. Short and neutral: they end up in histories."""

from django.urls import path

from safety_app.members.views import (
    account,
    apply,
    asked,
    desk,
    elsewhere,
    erase,
    invite,
    join,
    keys,
    leaving,
    letters,
    looks,
    moving,
    organisations,
    people,
    promote,
    recover,
    revoke,
    second_step,
    sign_in,
    vouch,
)
from safety_app.privacy import addresses

addresses.register()

app_name = "members"

urlpatterns = [
    path("in/", sign_in.sign_in, name="sign_in"),
    path("in/code/", sign_in.code, name="code"),
    path("in/recover/", recover.recover, name="recover"),
    path("join/", join.join, name="join"),
    path("apply/", apply.apply, name="apply"),
    path("vouch/", vouch.vouch, name="vouch"),
    path("me/", account.me, name="me"),
    path("me/change/", account.change, name="change"),
    path("me/recovery/", account.new_recovery_code, name="new_recovery_code"),
    path("me/everywhere/", account.sign_out_everywhere, name="sign_out_everywhere"),
    path("me/out/", account.sign_out, name="sign_out"),
    path("me/second-step/", second_step.second_step, name="second_step"),
    path("me/erase/", erase.erase, name="erase"),
    path("me/note/", letters.erase, name="letter_erase"),
    path("desk/", desk.desk, name="desk"),
    path("desk/invite/", invite.invite, name="invite"),
    path("desk/invite/elsewhere/", elsewhere.elsewhere, name="invite_elsewhere"),
    path("desk/asked/<id:application_id>/", asked.asked, name="asked"),
    path("desk/vouched/<id:vouching_id>/", vouch.vouched, name="vouched"),
    path("me/desk/", promote.desk_recovery, name="desk_recovery"),
    path("desk/people/", people.everyone, name="people"),
    path("desk/people/keys/", revoke.renew_desk, name="renew_desk"),
    path("desk/people/<id:member_id>/", people.person, name="person"),
    path("desk/people/<id:member_id>/revoke/", revoke.revoke, name="revoke"),
    path("desk/people/<id:member_id>/note/", letters.to_member, name="letter"),
    path("desk/asked/<id:application_id>/note/", letters.to_applicant, name="letter_to_applicant"),
    path("me/move/", moving.move, name="move"),
    path("desk/leaving/", leaving.leaving, name="leaving"),
    path("desk/organisations/", organisations.organisations, name="organisations"),
    path("desk/organisations/<id:organisation_id>/close/", leaving.close, name="close"),
    path("desk/keys/", keys.keys, name="keys"),
    path("desk/keys/renew/", keys.renew_keys, name="renew_keys"),
    path("desk/looks/", looks.looks, name="looks"),
]
