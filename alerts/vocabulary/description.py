"""The lists that describe a person. Without free text, they can be read in every language.

There is deliberately no list of ethnicities. Every list can be left empty.
"""

from __future__ import annotations

from django.utils.functional import lazy
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from alerts.vocabulary.terms import Question, Term
from safety_app.locales.languages import language_name

_AGES = (
    Term("under25", _("Under 25")),
    Term("25-34", _("25 to 34")),
    Term("35-44", _("35 to 44")),
    Term("45-54", _("45 to 54")),
    Term("55-64", _("55 to 64")),
    Term("over65", _("65 or more")),
)

_HEIGHTS = (
    Term("short", pgettext_lazy("height", "Short, under 165 cm")),
    Term("medium", pgettext_lazy("height", "Medium, 165 to 180 cm")),
    Term("tall", pgettext_lazy("height", "Tall, over 180 cm")),
)

_BUILDS = (
    Term("slim", pgettext_lazy("build", "Slim")),
    Term("medium", pgettext_lazy("build", "Medium")),
    Term("muscular", pgettext_lazy("build", "Muscular")),
    Term("heavy", pgettext_lazy("build", "Heavy")),
)

_HAIR = (
    Term("bald", pgettext_lazy("hair", "Bald or shaved")),
    Term("short", pgettext_lazy("hair", "Short")),
    Term("long", pgettext_lazy("hair", "Long")),
    Term("curly", pgettext_lazy("hair", "Curly")),
    Term("black", pgettext_lazy("hair", "Black")),
    Term("brown", pgettext_lazy("hair", "Brown")),
    Term("blond", pgettext_lazy("hair", "Blond")),
    Term("red", pgettext_lazy("hair", "Red")),
    Term("grey", pgettext_lazy("hair", "Grey or white")),
    Term("dyed", pgettext_lazy("hair", "Dyed")),
    Term("beard", _("Beard")),
    Term("moustache", _("Moustache")),
)

_MARKS = (
    Term("tattoo_face", _("Tattoo on face or neck")),
    Term("tattoo_arm", _("Tattoo on arm or hand")),
    Term("tattoo_body", _("Tattoo on body")),
    Term("tattoo_leg", _("Tattoo on leg")),
    Term("scar", _("Scar")),
    Term("birthmark", _("Birthmark")),
    Term("piercing", _("Piercing")),
    Term("glasses", _("Glasses")),
    Term("teeth", _("Missing or metal teeth")),
    Term("limp", _("Walks with a limp")),
    Term("voice", _("Unusual voice")),
)

_ALONE = (
    Term("alone", pgettext_lazy("number of people", "Alone")),
    Term("two", _("Two people")),
    Term("more", _("Three or more")),
    Term("others_came", _("Others came later")),
)

_APPROACHED = (
    Term("phone", _("Phone call")),
    Term("message", _("Message")),
    Term("platform", _("Advert or platform")),
    Term("social", _("Social network")),
    Term("street", _("In the street")),
    Term("club", _("Club or bar")),
    Term("someone", _("Through someone")),
    Term("returning", _("Had been before")),
)

_WEAPONS = (
    Term("knife", _("Knife or blade")),
    Term("gun", _("Gun")),
    Term("blunt", _("Stick, bar or bottle")),
    Term("spray", _("Spray or gas")),
    Term("electric", _("Electric shock")),
    Term("acid", _("Acid or liquid")),
    Term("rope", _("Rope or tape")),
    Term("fire", pgettext_lazy("weapon", "Fire")),
    Term("dog", _("Dog")),
    Term("car", _("Used a vehicle to hurt")),
    Term("other", _("Something else")),
)

_COLOURS = (
    Term("black", pgettext_lazy("vehicle", "Black")),
    Term("white", pgettext_lazy("vehicle", "White")),
    Term("grey", pgettext_lazy("vehicle", "Grey")),
    Term("silver", pgettext_lazy("vehicle", "Silver")),
    Term("blue", pgettext_lazy("vehicle", "Blue")),
    Term("red", pgettext_lazy("vehicle", "Red")),
    Term("green", pgettext_lazy("vehicle", "Green")),
    Term("yellow", pgettext_lazy("vehicle", "Yellow")),
    Term("orange", pgettext_lazy("vehicle", "Orange")),
    Term("brown", pgettext_lazy("vehicle", "Brown or beige")),
    Term("gold", pgettext_lazy("vehicle", "Gold")),
    Term("violet", pgettext_lazy("vehicle", "Violet")),
)

# Brand names are the same in every language.
_BRANDS = (
    "Alfa Romeo, Audi, BMW, BYD, Chevrolet, Citroën, Dacia, Fiat, Ford, Honda, Hyundai, Jaguar, "
    "Jeep, Kia, Lada, Land Rover, Lexus, Mazda, Mercedes, Mini, Mitsubishi, Nissan, Opel, Peugeot, "
    "Porsche, Renault, Seat, Skoda, Smart, Subaru, Suzuki, Tesla, Toyota, Volkswagen, Volvo"
)
_MAKES = (
    *(
        Term(brand.lower().replace(" ", "_").replace("ë", "e"), brand)
        for brand in _BRANDS.split(", ")
    ),
    Term("other", _("Another make")),
    Term("motorbike", _("Motorbike or scooter")),
    Term("van", _("Van or lorry")),
    Term("taxi", _("Taxi or ride app")),
)

_LANGUAGE_CODES = (
    "ar bg cs de el en es fa fr hi hu it ja ko nl pl pt ro ru sq sr sv th tr uk ur vi zh"
)


def _language_name(code: str) -> str:
    """The name of a language in the language the page is shown in, for example "fr" → "French"."""
    name = language_name(code, get_language() or "en")
    return name[:1].upper() + name[1:]


_lazy_language_name = lazy(_language_name, str)

_LANGUAGES = tuple(Term(code, _lazy_language_name(code)) for code in _LANGUAGE_CODES.split())

DESCRIPTION: tuple[Question, ...] = (
    Question("age", _("Age"), False, _AGES),
    Question("height", _("Height"), False, _HEIGHTS),
    Question("build", _("Build"), False, _BUILDS),
    Question("hair", _("Hair"), True, _HAIR),
    Question("languages", _("Languages spoken"), True, _LANGUAGES),
    Question("marks", _("Tattoos and marks"), True, _MARKS),
    Question("vehicle_make", _("Vehicle make"), False, _MAKES),
    Question("vehicle_colour", _("Vehicle colour"), False, _COLOURS),
    Question("alone", _("Alone or in a group"), False, _ALONE),
    Question("approached", _("How they approached"), True, _APPROACHED),
    Question("weapons", _("Weapon"), True, _WEAPONS),
)
