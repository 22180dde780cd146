"""Addresses of this app. Short and neutral: they end up in histories."""

from django.urls import path

from safety_app.members.views import (
    account,
    apply,
    asked,
    desk,
    erase,
    invite,
    join,
    keys,
    letters,
    looks,
    recover,
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
    path("desk/asked/<id:application_id>/", asked.asked, name="asked"),
    path("desk/vouched/<id:vouching_id>/", vouch.vouched, name="vouched"),
    path("desk/people/<id:member_id>/note/", letters.to_member, name="letter"),
    path("desk/asked/<id:application_id>/note/", letters.to_applicant, name="letter_to_applicant"),
    path("desk/keys/", keys.keys, name="keys"),
    path("desk/keys/renew/", keys.renew_keys, name="renew_keys"),
    path("desk/looks/", looks.looks, name="looks"),
]
