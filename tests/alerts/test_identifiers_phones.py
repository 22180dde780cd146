"""Phone numbers: one key for every way of writing, in every country."""

from __future__ import annotations

import phonenumbers
import pytest
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from alerts.identifiers import IdentifierError, mask, normalise, recognise

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
# Of all numbering plans, those with something of their own: leading zeros that stay (IT), nines
# (AR, MX), one code for many countries (US, GB, RU), short numbers (SB), and our own countries.
QUICK = {"AR", "DE", "ES", "FR", "GB", "IT", "MX", "RU", "SB", "US"}
EVERY_REGION = [
    pytest.param(region, marks=[] if region in QUICK else [pytest.mark.thorough])
    for region in REGIONS
]


def examples(region: str) -> list[PhoneNumber]:
    numbers = [phonenumbers.example_number(region)] + [
        phonenumbers.example_number_for_type(region, kind)
        for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)
    ]
    return [number for number in numbers if number]


@pytest.mark.parametrize("region", EVERY_REGION)
def test_example_numbers_of_every_region_have_one_key(region):
    assert examples(region)
    for number in examples(region):
        national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        written = [
            (phonenumbers.format_number(number, way), country)
            for way in (
                PhoneNumberFormat.INTERNATIONAL,
                PhoneNumberFormat.E164,
                PhoneNumberFormat.RFC3966,
            )
            for country in (None, region, "FR", "US")
        ]
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        written += [
            (national, region),
            (national.translate(str.maketrans(" -", ".·", "()")), region),
            (national.replace(" ", "").replace("-", ""), region.lower()),
            ("00" + e164[1:], "FR"),
            ("00" + e164[1:], None),
            ("tel: " + e164, None),
        ]
        keys = {normalise("phone", text, country).key for text, country in written}
        assert len(keys) == 1, written
        for text, country in written:
            assert recognise(text, country)[0].key in keys
            assert recognise(text, country)[0].kind == "phone"


@pytest.mark.parametrize("region", EVERY_REGION)
def test_shown_form_reads_the_same_and_similar_is_eight_digits(region):
    for number in examples(region):
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        phone = normalise("phone", e164)
        again = normalise("phone", phone.shown)
        assert again == phone
        assert phone.key.endswith(phone.similar)
        assert len(phone.similar) == min(8, len(phonenumbers.national_significant_number(number)))
        assert mask(phone).endswith("…" + phone.key[-2:])


@pytest.mark.parametrize(
    ("text", "country", "key"),
    [
        # ranges reserved for fiction are possible and never assigned
        ("06 39 98 12 34", "FR", "+33639981234"),
        ("01 99 00 12 34", "FR", "+33199001234"),
        ("07700 900123", "GB", "+447700900123"),
        ("01632 960123", "GB", "+441632960123"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("0491 570 156", "AU", "+61491570156"),
        ("0171 3920012", "DE", "+491713920012"),
        # ways of writing
        ("+33 (0)6 39 98 12 34", None, "+33639981234"),
        ("+1 (0) 202 555 0123", None, "+12025550123"),
        ("(+33) 6.39.98.12.34", None, "+33639981234"),
        ("＋３３　６３９９８１２３４", None, "+33639981234"),
        ("٠٦٣٩٩٨١٢٣٤", "FR", "+33639981234"),
        ("०६३९९८१२३४", "FR", "+33639981234"),
        ("\u202a+33 6\u200b39 98 12 34\u202c", None, "+33639981234"),
        ("Tél. : 06/39/98/12/34", "FR", "+33639981234"),
        ("06 39 98 12 34 ext. 12", "FR", "+33639981234"),
        ("06‑39–98—12−34", "FR", "+33639981234"),
        ("639981234", "FR", "+33639981234"),
        ("33639981234", "FR", "+33639981234"),
        ("33639981234", "GB", "+33639981234"),
        ("33639981234", None, "+33639981234"),
        ("0011 33 6 39 98 12 34", "AU", "+33639981234"),
        ("00 33 6 39 98 12 34", "AU", "+33639981234"),
        ("0033639981234", "US", "+33639981234"),
        ("011 33 639981234", "US", "+33639981234"),
        # tokens that some write and others leave out
        ("011 15-2345-6789", "AR", "+541123456789"),
        ("9 11 2345-6789", "AR", "+541123456789"),
        ("+54 9 11 2345-6789", None, "+541123456789"),
        ("+54 11 2345-6789", None, "+541123456789"),
        ("+52 1 55 1234 5678", None, "+525512345678"),
        ("+52 55 1234 5678", None, "+525512345678"),
        ("044 55 1234 5678", "MX", "+525512345678"),
        ("01 55 1234 5678", "MX", "+525512345678"),
        ("0 15 11 91234-5678", "BR", "+5511912345678"),
        ("(11) 91234-5678", "BR", "+5511912345678"),
        ("06 1234567", "IT", "+39061234567"),
        ("8 (912) 345-67-89", "RU", "+79123456789"),
        ("912 345-67-89", "RU", "+79123456789"),
        # addresses of messengers
        ("https://wa.me/33639981234?text=hi", None, "+33639981234"),
        ("wa.me/33639981234", "US", "+33639981234"),
        ("https://api.whatsapp.com/send?phone=33639981234&text=1", None, "+33639981234"),
        ("https://t.me/+33639981234", None, "+33639981234"),
        ("https://signal.me/#p/+33639981234", None, "+33639981234"),
        ("viber://chat?number=%2B33639981234", None, "+33639981234"),
        ("tel:+33-6-39-98-12-34", None, "+33639981234"),
    ],
)
def test_ways_of_writing(text, country, key):
    phone = recognise(text, country)[0]
    assert (phone.kind, phone.key) == ("phone", key)
    assert normalise("phone", text, country) == phone


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("06 39 98 12", "FR"),
        ("555-0123", "US"),  # no area code: it would be found under another key than the whole one
        ("06 39 98 12 34", None),
        ("06 39 98 12 34", "XX"),
        ("07700 900123", "FR"),
        ("112", "FR"),
        ("+", None),
        ("+999 12345678", None),
        ("9" * 100, "FR"),
        ("06 39 98+12 34", "FR"),
        ("06 39 98 12 34 or 06 39 98 56 78", "FR"),
    ],
)
def test_what_is_no_phone_number_is_refused(text, country):
    with pytest.raises(IdentifierError) as refusal:
        normalise("phone", text, country)
    assert str(refusal.value)


def test_a_long_number_that_is_no_phone_is_not_taken_for_something_else():
    assert recognise("07700 900123", "FR") == []


def test_last_eight_digits_are_similar_across_countries():
    french = normalise("phone", "06 39 98 12 34", "FR")
    assert french.similar == "39981234"
    assert normalise("phone", "+44 7639 981234").similar == french.similar


def test_mask_shows_country_and_last_two_digits():
    assert mask(normalise("phone", "06 39 98 12 34", "FR")) == "+33 …34"
    assert mask(normalise("phone", "+1 202 555 0123")) == "+1 …23"
