"""The people of the trust story: how they come in, what they are given, how they go."""

from tests.browser import trust_steps as t


def newcomer_is_let_in(s):
    """An application, four words compared, a note from the organisation, and in."""
    newcomer = s.someone()
    s.applicant = t.apply(
        newcomer,
        s.organisation,
        f"paper lantern {s.mode}",
        "I worked with the person you call heron in the spring. She said you help with papers.",
    )
    assert newcomer.url.endswith("/en/me/")
    t.says(newcomer, "Waiting for an answer", s.organisation)
    for closed in ("/a/", "/a/check/", "/a/new/", "/desk/", "/vouch/", "/a/sheet/"):
        t.go(newcomer, closed, status=404)

    t.from_desk(s.moderator, "Someone asks to join")
    t.says(s.moderator, s.applicant["pseudonym"], "She said you help with papers.")
    words = t.secret(s.moderator)
    assert len(words.split()) == 4
    t.go(newcomer, "/me/")
    newcomer.fill("[name=words]", "bodafi kemoru tisane lovagu")
    t.press(newcomer, "These are the words", status=400)
    t.says(newcomer, "These are not the words.")
    application = s.moderator.url
    t.press(s.moderator, "Send them a message")
    s.moderator.fill("[name=text]", "Come on Thursday between 4 and 6, ring twice. Ask for Ana.")
    t.press(s.moderator, "Send the message")
    t.says(s.moderator, "Your message is there")
    t.go(newcomer, "/me/")
    t.says(newcomer, "Ask for Ana.")

    s.moderator.goto(application)
    t.press(s.moderator, "Accept")
    t.says(s.moderator, "Accept this person?")
    t.press(s.moderator, "Yes, accept", status=400)
    t.says(s.moderator, "Compare the words first")
    s.moderator.check("[name=compared]")
    t.press(s.moderator, "Yes, accept")
    t.says(s.moderator, "Accepted. They come in with four words")
    assert t.secret(s.moderator) == words
    t.go(newcomer, "/a/", status=404)
    t.go(newcomer, "/me/")
    t.says(newcomer, "You are accepted")
    newcomer.fill("[name=words]", words)
    t.press(newcomer, "These are the words")
    t.says(newcomer, "The words are right. You are in.")
    t.go(newcomer, "/a/")
    assert newcomer.locator(".card").count() == 15
    t.go(newcomer, "/me/")
    t.says(newcomer, "Ask for Ana.")
    s.newcomer = newcomer


def second_one_is_declined(s):
    """Declined, undone within ten seconds, declined for good; she sees it and can erase it."""
    other = s.someone()
    t.apply(other, s.organisation, f"rain on tin {s.mode}", "I found you on the internet.")
    t.from_desk(s.moderator, "Someone asks to join")
    t.press(s.moderator, "Decline")
    t.says(s.moderator, "It is declined", "You can undo this for ten seconds.")
    t.press(s.moderator, "Undo")
    t.says(s.moderator, "I found you on the internet.")
    t.go(other, "/me/")
    t.says(other, "Waiting for an answer")
    t.press(s.moderator, "Decline")
    t.go(other, "/me/")
    t.says(other, "The answer was no this time", "Delete what I sent")
    t.go(other, "/a/", status=404)


def friend_is_vouched_for(s):
    """The code of a member opens nothing until a moderator has approved it."""
    t.go(s.member, "/vouch/")
    s.member.fill("[name=note]", "We shared a flat for two years. She looked after me.")
    t.press(s.member, "Ask and get the code")
    t.says(s.member, "A code waiting for a moderator")
    code = t.secret(s.member)

    friend = s.someone()
    t.go(friend, "/join/")
    friend.fill("[name=code]", code)
    friend.fill("[name=pseudonym]", f"two spoons {s.mode}")
    t.take_offered(friend)
    t.press(friend, "Join", status=403)
    t.says(friend, "This code is not accepted yet. Nothing was used up")
    assert friend.input_value("[name=pseudonym]") == f"two spoons {s.mode}"

    t.from_desk(s.moderator, "A member vouches for someone")
    t.says(s.moderator, s.accounts["member"]["pseudonym"], "She looked after me.")
    t.press(s.moderator, "Accept")
    t.press(s.moderator, "Yes, turn it on")
    s.friend_account = t.join(friend, code, f"two spoons {s.mode}")
    assert friend.locator(".card").count() == 15
    s.friend = friend


def colleague_becomes_moderator(s):
    """A moderation code, and a passphrase that was made for a moderator; a member reports."""
    account = s.accounts["colleague"]
    t.person(s.moderator, account)
    s.moderator.locator("[name=roles][value=moderator]").check()
    t.press(s.moderator, "Save")
    t.says(s.moderator, "A new moderator?")
    t.press(s.moderator, "Make the code")
    code = t.secret(s.moderator)

    t.go(s.colleague, "/desk/", status=404)
    t.go(s.colleague, "/me/")
    t.press(s.colleague, "I have a moderation code")
    s.colleague.fill("[name=code]", code)
    s.colleague.fill("[name=passphrase]", account["passphrase"])
    t.press(s.colleague, "Become a moderator")
    t.go(s.colleague, "/desk/")

    t.go(s.member, "/a/sheet/", status=404)
    t.person(s.moderator, s.accounts["member"])
    s.moderator.locator("[name=roles][value=reporter]").check()
    t.press(s.moderator, "Save")
    t.says(s.moderator, "It is changed.")
    t.go(s.member, "/a/sheet/")


def member_is_revoked(s):
    """Signed out at once; nothing of hers opens anything; the keys move, everyone else goes on."""
    t.go(s.friend, "/a/")
    t.person(s.moderator, s.friend_account)
    t.press(s.moderator, "End this access")
    t.says(s.moderator, "Everyone else gets a new key")
    t.press(s.moderator, "End access now")
    t.says(s.moderator, "Access has ended", "1 person is signed out")

    s.friend.goto("/en/a/")
    assert s.friend.url.endswith("/en/in/")
    t.refused(s.friend, s.friend_account)
    everyone_goes_on(s)


def moderator_is_revoked(s):
    """The same for a moderator, with new keys and a new recovery code for the desk."""
    t.go(s.colleague, "/desk/")
    t.person(s.moderator, s.accounts["colleague"])
    t.press(s.moderator, "End this access")
    t.says(s.moderator, "Your moderation keys and the shared ones are renewed.")
    t.press(s.moderator, "End access now")
    t.says(s.moderator, "Access has ended", "The new moderation recovery code")
    assert len(t.secret(s.moderator).replace("-", "").replace(" ", "")) >= 26

    s.colleague.goto("/en/desk/")
    assert s.colleague.url.endswith("/en/in/")
    t.refused(s.colleague, s.accounts["colleague"])
    everyone_goes_on(s)
    # Both desks open for those who are left.
    t.go(s.other_moderator, "/a/objections/")
    t.press(s.other_moderator, "Show them")
    t.says(s.other_moderator, s.objected)


def everyone_goes_on(s):
    """While the notes move to the new key, and after: what was there is read and found."""
    for number in range(60):
        t.go(s.moderator, "/desk/keys/")
        if number % 10 == 0:
            assert "very dangerous" in t.looked_up(s.other_member, s.phone)
            t.go(s.newcomer, s.first)
            t.says(s.newcomer, "[…]")
        shown = s.moderator.locator("main").inner_text()
        if "Everything is locked with it." in shown:
            break
        assert s.moderator.locator("progress").count() == 1, shown
    t.says(s.moderator, "Everything is locked with it.")
    assert "very dangerous" in t.looked_up(s.reporter, s.phone)
    t.go(s.member, "/a/")
    assert s.member.locator(".card").count() == 15
    t.silent(s.member, "could not be opened")


def organisation_is_made(s):
    """Proposed by one, confirmed by another, made; its first moderator comes in."""
    name = f"Casa {'Abierta' if s.script else 'Serena'}"
    t.go(s.moderator, "/desk/organisations/")
    s.moderator.fill("[name=name]", name)
    t.press(s.moderator, "Propose")
    t.says(s.moderator, "It is proposed, for 30 days.", name)

    t.from_desk(s.other_moderator, "A new organisation is proposed")
    t.says(s.other_moderator, name)
    t.unfold(s.other_moderator, "Confirm it")
    t.press(s.other_moderator, "We know them, confirm")
    t.says(s.other_moderator, "It is confirmed.")

    t.from_desk(s.moderator, "A new organisation can be made")
    t.unfold(s.moderator, "Make it")
    t.press(s.moderator, "Make it now")
    t.says(s.moderator, f"{name} is there", "For its first moderator", "For its safe")
    first = s.someone()
    t.join(first, t.secret(s.moderator), f"open window {s.mode}")
    t.go(first, "/desk/")
    t.says(first, name)
    t.go(first, "/desk/people/")
    t.says(first, "1 person", f"open window {s.mode}")
    t.silent(first, s.accounts["member"]["pseudonym"])
