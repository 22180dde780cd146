"""What is read among other things, and what has to be asked about first."""

import pytest

from alerts.identifiers import IdentifierError, normalise, read
from alerts.models import Alert
from tests.cast import Person

PATH = "/en/a/new/"


@pytest.mark.parametrize(
    ("text", "country", "shown"),
    [
        ("06 41 25 20 00 200 roses", "FR", "+33 6 41 25 20 00"),
        ("612 345 103 100 rosas", "ES", "+34 612 34 51 03"),
        ("(11) 98765-4154 200 reais", "BR", "+55 11 98765-4154"),
        ("0641252010 10h-22h", "FR", "+33 6 41 25 20 10"),
        ("Appel manqué 06 41 25 21 09 (3)", "FR", "+33 6 41 25 21 09"),
        ("06🔥39🔥98🔥42🔥03", "FR", "+33 6 39 98 42 03"),
        ("⓿❻❸❾❾❽❹❷⓿❽", "FR", "+33 6 39 98 42 08"),
        ("Whatsapp0641252014", "FR", "+33 6 41 25 20 14"),
        ("https://wa.me/p/123456789012497/33639984597", "FR", "+33 6 39 98 45 97"),
        ("upi://pay?pa=acc728@okhdfcbank&pn=X", "IN", "acc728@okhdfcbank"),
        ("facetime:acc2610@example.com", "US", "acc2610@example.com"),
        ("mailto:?to=acc328@example.com&subject=06", "FR", "acc328@example.com"),
        ("FR76 3000 6000 0112\n3456 7890 189", "FR", "FR76 3000 6000 0112 3456 7890 189"),
        ("FR76 3OOO 6OOO O112 3456 789O 189", "FR", "FR76 3000 6000 0112 3456 7890 189"),
        ("skype:acc467?call", "FR", "skype:acc467"),
        ("ایران ۶۷ ۱۲ ب ۳۴۶", "IR", "12 ب 346-67"),
    ],
)
def test_read_for_certain(text: str, country: str, shown: str) -> None:
    (found,) = read(text, country).found
    assert (found.readings[0].shown, found.doubt) == (shown, "")


@pytest.mark.parametrize(
    ("text", "country", "shown", "question"),
    [
        ("0641252002 200", "FR", "+33 6 41 25 20 02", "Read as +33 6 41 25 20 02. Is that right?"),
        ("100 612 345 108", "ES", "+34 612 34 51 08", "Read as +34 612 34 51 08. Is that right?"),
        ("06 39 98\n41 16", "FR", "+33 6 39 98 41 16", "This was on two lines."),
        ("4129-555-54-972+", "IL", "+972 54-555-4129", "Is that right?"),
        ("06 41 25 Z1 19", "FR", "+33 6 41 25 21 19", "Is that right?"),
        ("acc@example,com", "FR", "acc@example.com", "Did you mean acc@example.com?"),
        ("acc@gmailcom", "FR", "acc@gmail.com", "Did you mean acc@gmail.com?"),
        ("acc@ gmail .com", "FR", "acc@gmail.com", "Did you mean acc@gmail.com?"),
        ("acc@gmial.con", "FR", "acc@gmail.com", "Did you mean acc@gmail.com?"),
    ],
)
def test_asked_about(text: str, country: str, shown: str, question: str) -> None:
    (found,) = read(text, country).found
    assert found.readings[0].shown == shown
    assert question in str(found.doubt)


def test_two_whole_numbers_below_each_other_are_two() -> None:
    found = read("06 39 98 51 08\n06 39 98 51 09", "FR").found
    assert [one.readings[0].key for one in found] == ["+33639985108", "+33639985109"]
    assert not any(one.doubt for one in found)


def test_a_digit_too_many_is_not_a_price() -> None:
    (found,) = read("06 41 25 20 00 7", "FR").found
    assert "one digit too many" in str(found.doubt)
    assert not [one for one in found.readings if one.kind == "phone"]


def test_a_product_has_no_number() -> None:
    with pytest.raises(IdentifierError, match="of a product"):
        normalise("phone", "https://wa.me/p/123456789012497", "FR")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value", ["acc@gmailcom", "0641252002 200", "06 41 25 Z1 19", "06 41 25", "0641", "12345678"]
)
def test_a_note_keeps_nothing_that_has_to_be_asked_about(member: Person, value: str) -> None:
    data = {"what": "confinement", "level": "3", "region": "FR-IDF", "country": "FR"}
    data |= {"identifier-0-value": value, "send": "1"}
    assert member.client.post(PATH, data).status_code == 400
    assert not Alert.objects.exists()
