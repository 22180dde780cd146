"""Two moderators of different organisations, two members, a reporter, an applicant: all of trust.

One story for each mode, since every chapter needs what the one before has left: who is let in,
what is decided about a note, who is let go. Everyone signs in once and keeps the phone.
"""

import pytest

from tests.browser import steps, trust_notes, trust_people

pytestmark = pytest.mark.browser
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
MEMBERS_EACH = 18  # in an organisation of the demo, beside a moderator and a reporter
CHAPTERS = (
    trust_notes.outsider_is_too_fast,
    trust_people.newcomer_is_let_in,
    trust_people.second_one_is_declined,
    trust_people.friend_is_vouched_for,
    trust_people.colleague_becomes_moderator,
    trust_notes.very_dangerous_is_reported,
    trust_notes.it_is_hidden_by_two,
    trust_notes.second_does_not_agree,
    trust_notes.words_are_taken_out,
    trust_notes.author_gets_a_note,
    trust_notes.two_are_put_together,
    trust_notes.reporter_helps_someone,
    trust_people.organisation_is_made,
    trust_people.member_is_revoked,
    trust_notes.outsider_objects,
    trust_people.moderator_is_revoked,
)


class Story:
    """Who is in it, each with her own phone, and what the chapters have left so far.

    Both modes play in one network, so each has people, numbers and words of its own.
    """

    def __init__(self, phone, demo, script):
        self.phones, self._phone, self.script = [], phone, script
        self.mode = "js" if script else "plain"
        one, other = (0, 1) if script else (1, 2)
        self.accounts = {
            "moderator": demo.account("moderator", one),
            "other_moderator": demo.account("moderator", other),
            "member": demo.account("member", one * MEMBERS_EACH + 15),
            "colleague": demo.account("member", one * MEMBERS_EACH + 16),
            "other_member": demo.account("member", other * MEMBERS_EACH + 17),
            "reporter": demo.account("reporter", one),
        }
        self.organisation = self.accounts["moderator"]["organisation"]
        self.phone, self.van_phone = (
            ("06 39 98 40 51", "06 39 98 40 61") if script else ("06 39 98 40 52", "06 39 98 40 62")
        )
        self.plate = "FV-481-KD" if script else "FV-482-KD"
        self.name = "Aurelio" if script else "Baldovin"
        self.objected = f"This is about my {'old' if script else 'former'} number."
        self.reason = f"She may need a place to sleep {'tonight' if script else 'this weekend'}"

    def someone(self):
        """The phone of someone who is not signed in."""
        page = self._phone(script=self.script, height=740)
        self.phones.append(page)
        return page

    def sign_in(self):
        for role, account in self.accounts.items():
            page = self.someone()
            steps.sign_in(page, account)
            setattr(self, role, page)


@SCRIPT
def test_organisations_run_the_network_together(phone, demo, script):
    story = Story(phone, demo, script)
    CHAPTERS[0](story)
    story.sign_in()
    for chapter in CHAPTERS[1:]:
        chapter(story)
    assert [page.foreign for page in story.phones if page.foreign] == []
