"""The notes of the trust story: what is said about them, decided, and found afterwards."""

import time

from alerts.flows.public_form import WAIT_SECONDS
from tests.browser import steps
from tests.browser import trust_steps as t

PRIVATE = "the blue house behind the mill"


def outsider_is_too_fast(s):
    """The page takes nothing in its first minute, and keeps what was typed until then."""
    s.outsider = s.someone()
    t.go(s.outsider, "/object/")
    s.opened = time.monotonic()
    s.outsider.fill("[name=identifier]", s.phone)
    s.outsider.fill("[name=text]", f"{s.objected} The number was mine only until last winter.")
    t.press(s.outsider, "Send", status=429)
    t.says(s.outsider, "What you typed is still here.")


def outsider_objects(s):
    """Sent without an account; moderators read it behind a warning; the code says how it is."""
    left = s.opened + WAIT_SECONDS + 1 - time.monotonic()
    s.outsider.wait_for_timeout(max(0, left) * 1000)
    t.press(s.outsider, "Send")
    t.says(s.outsider, "It has been received")
    code = t.secret(s.outsider)
    ask_with(s.outsider, code)
    t.says(s.outsider, "Received")

    t.from_desk(s.other_moderator, "1 objection by someone outside")
    t.says(s.other_moderator, "Some contain threats or insults.")
    t.silent(s.other_moderator, s.objected)
    t.press(s.other_moderator, "Show them")
    t.says(s.other_moderator, s.objected)
    about = s.other_moderator.locator("main .notice").filter(has_text=s.objected)
    t.press(s.other_moderator, about.locator("button[name=looked]"))
    ask_with(s.outsider, code)
    t.says(s.outsider, "Looked at")


def ask_with(page, code):
    t.go(page, "/object/")
    page.fill("[name=return_code]", code)
    t.press(page, "See how far it is")


def very_dangerous_is_reported(s):
    """A member of one organisation writes; one of the other confirms and flags."""
    s.first = t.write_note(
        s.member,
        level="3",
        what="confinement",
        phone=s.phone,
        others=[("name", s.name)],
        text=f"He locked the door and kept my phone for two hours. He lives in {PRIVATE}.",
        ticks=["note_ok"],
    )
    assert "very dangerous" in t.looked_up(s.other_member, s.phone)
    assert t.listed(s.other_member, s.name) == 1
    t.go(s.other_member, s.first)
    t.unfold(s.other_member, "This happened to me too")
    s.other_member.fill("[name=note]", "The same man, in October. He calls himself by that name.")
    t.press(s.other_member, "Yes, to me too")
    t.says(s.other_member, "It happened to 1 other person too")
    t.press(s.other_member, "Something is wrong with this note")
    steps.choose(s.other_member, "reason", "private_detail")
    s.other_member.fill("[name=words]", "It says where he lives, and so where she went.")
    t.press(s.other_member, "Send")
    t.says(s.other_member, "Thank you")


def it_is_hidden_by_two(s):
    """Three days by one organisation; for longer only together with the other; then it is back."""
    t.from_desk(s.moderator, "It shows a private detail")
    t.says(s.moderator, "It says where he lives, and so where she went.")
    t.press(s.moderator, "Hide it for three days")
    t.says(s.moderator, "Hidden up to and including")
    hidden(s)
    ask_second(s, s.first, "Keep it hidden", "Ask to keep it hidden", "It leads people to her.")
    t.from_desk(s.other_moderator, "Another organisation asks for your word")
    t.says(s.other_moderator, "It leads people to her.")
    t.unfold(s.other_moderator, "Agree")
    t.press(s.other_moderator, "Yes, do it")
    t.says(s.other_moderator, "Hidden. Only its author")
    hidden(s)
    t.go(s.member, s.first)
    t.says(s.member, "A moderator has hidden this.")
    t.go(s.moderator, f"{s.first}review/")
    t.press(s.moderator, "Show it again")
    t.says(s.moderator, "Everyone sees it. It is marked as reviewed.")
    assert "very dangerous" in t.looked_up(s.other_member, s.phone)
    assert t.listed(s.other_member, s.name) == 1


def hidden(s):
    """It is neither in the list nor found, and its address says nothing."""
    assert t.listed(s.other_member, s.name) == 0
    t.says(s.other_member, "Nothing fits.")
    assert "no notes about this" in t.looked_up(s.other_member, s.phone)
    t.go(s.other_member, s.first, status=404)


def tick_words(page, phrase):
    """Tick the words of a phrase, which stand beside each other."""
    labels, wanted = page.locator(".words label"), phrase.split()
    words = [word.strip(" .,") for word in labels.all_inner_texts()]
    at = next(at for at in range(len(words)) if words[at : at + len(wanted)] == wanted)
    for place in range(at, at + len(wanted)):
        labels.nth(place).click()


def ask_second(s, note, fold, button, why):
    """As a moderator: something about a level 3 that another organisation has to agree to."""
    t.go(s.moderator, f"{note}review/")
    if fold == "Remove words":
        t.press(s.moderator, fold)
        tick_words(s.moderator, PRIVATE)
    else:
        t.unfold(s.moderator, fold)
    if fold == "Change the level":
        steps.choose(s.moderator, "level", "1")
    s.moderator.fill("[name=why]", why)
    t.press(s.moderator, button)
    t.says(s.moderator, why, "Waiting for a moderator of another organisation.")


def second_does_not_agree(s):
    """A level that one organisation wants to lower stays when the other one says no."""
    s.second = t.write_note(
        s.other_member,
        level="3",
        what="weapon",
        phone=s.phone,
        others=[("plate", s.plate)],
        text="Two men in a grey van, one with a knife. He used the same number as before.",
    )
    ask_second(s, s.second, "Change the level", "Ask to lower it", "Nobody was hurt this time.")
    t.from_desk(s.other_moderator, "Another organisation asks for your word")
    t.says(s.other_moderator, "Nobody was hurt this time.")
    t.unfold(s.other_moderator, "Do not agree")
    t.press(s.other_moderator, "No, keep it as it is")
    t.silent(s.other_moderator, "Nobody was hurt this time.")
    t.says(s.other_moderator, "Very dangerous")
    t.press(s.other_moderator, "Reviewed, next")
    t.says(s.other_moderator, "It is marked as reviewed.")
    t.go(s.other_moderator, f"{s.second}review/")
    t.says(s.other_moderator, "Everyone sees it. It is marked as reviewed.")


def words_are_taken_out(s):
    """What leads to someone goes, with the word of both organisations."""
    ask_second(s, s.first, "Remove words", "Ask to remove them", "It says where.")
    t.from_desk(s.other_moderator, "Another organisation asks for your word")
    t.says(s.other_moderator, PRIVATE)
    t.unfold(s.other_moderator, "Agree")
    t.press(s.other_moderator, "Yes, do it")
    t.go(s.other_member, s.first)
    t.says(s.other_member, "He lives in […].", "reviewed")
    t.silent(s.other_member, PRIVATE)


def two_are_put_together(s):
    """One is kept and grows; the check finds it by everything either of them had."""
    t.go(s.moderator, f"{s.first}review/")
    t.press(s.moderator, "Put together")
    t.says(s.moderator, "What is kept", "What goes", "No number and no name is lost.")
    kept = s.moderator.url.split("/en")[1].split("merge/")[0]
    t.press(s.moderator, "Put them together")
    if kept != s.first:
        s.first, s.second = s.second, s.first
    t.go(s.other_member, s.second, status=404)
    for typed in (s.phone, s.plate):
        answer = t.looked_up(s.other_member, typed)
        assert "very dangerous" in answer
        assert "1 note" in answer


def author_gets_a_note(s):
    """Without anyone seeing who she is; looking at that needs a reason, and stands on the desk."""
    t.go(s.moderator, f"{s.first}review/")
    t.press(s.moderator, "Who wrote this")
    author = s.accounts["member"]["pseudonym"]
    t.silent(s.moderator, author)
    s.moderator.fill("[name=text]", "Thank you. The night team knows the house. Room 4 is free.")
    t.press(s.moderator, "Send the message")
    t.says(s.moderator, "Your message is there.")
    t.silent(s.moderator, author)
    t.unfold(s.moderator, "Who posted this")
    s.moderator.fill("[name=reason]", s.reason)
    s.moderator.locator("[name=sure]").check()
    t.press(s.moderator, "Record it and show me")
    t.says(s.moderator, f"It was sent by {author}")

    t.go(s.other_moderator, f"{s.first}author/")
    t.silent(s.other_moderator, author, "Nobody from your organisation")
    t.unfold(s.other_moderator, "Who posted this")
    s.other_moderator.fill("[name=reason]", "Somebody asks us to help.")
    s.other_moderator.locator("[name=sure]").check()
    t.press(s.other_moderator, "Record it and show me")
    t.says(s.other_moderator, "Nobody from your organisation wrote it")
    t.silent(s.other_moderator, author)
    t.go(s.other_moderator, "/desk/looks/")
    t.silent(s.other_moderator, s.reason)
    t.go(s.colleague, "/desk/looks/")
    t.says(s.colleague, s.reason, s.accounts["moderator"]["pseudonym"])
    t.go(s.member, "/me/")
    t.says(s.member, "Room 4 is free.")
    t.press(s.member, "What it is about")
    t.says(s.member, "This note is yours")


def reporter_helps_someone(s):
    """She writes for someone without a phone, and makes the sheet for the van."""
    t.write_note(
        s.reporter,
        level="2",
        what="physical_assault",
        phone=s.van_phone,
        text="Told to the night team: he hits when he has been drinking.",
        ticks=["on_behalf"],
    )
    t.says(s.reporter, "written through an organisation")
    assert "dangerous" in t.looked_up(s.reporter, s.van_phone)
    t.go(s.reporter, "/a/sheet/")
    s.reporter.select_option("[name=country]", "FR")
    t.press(s.reporter, "Show its regions")
    s.reporter.select_option("[name=region]", "FR-IDF")
    s.reporter.select_option("[name=language]", "fr" if s.script else "en")
    t.press(s.reporter, "Make the sheet")
    sheet = s.reporter.locator("main article")
    assert "Told to the night team" in sheet.inner_text()
    assert s.van_phone.replace(" ", "")[1:] not in sheet.inner_text().replace(" ", "")
    s.reporter.emulate_media(media="print")
    assert sheet.is_visible()
    for away in ("header.top", ".bar", ".foot", "main .screen"):
        assert not s.reporter.locator(away).first.is_visible()
    s.reporter.emulate_media(media="screen")
