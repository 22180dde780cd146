"""What the sheet asks. Each answer is the very sentence a doctor or nurse reads.

Nothing here is stored: keys live from the form to the answer and back. A key is unique among all
questions, so that one short field can carry everything that was ticked.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Question:
    """A fold of the form and a part of the sheet.

    `answers`: sentences by key. `single`: one answer only. `text`: name of the short free text
    that belongs to it, `nothing`: the answer that says there is nothing to type there.
    """

    name: str
    label: Promise
    answers: dict[str, Promise]
    single: bool = False
    hint: Promise | None = None
    text: str = ""
    nothing: str = ""


# Takes a single answer back; on the sheet it says nothing.
UNSAID = "unsaid"
UNSAID_LABEL = _("I would rather not say.")

# Labels of the free texts, for form and sheet.
TEXTS: dict[str, Promise] = {
    "happened": _("Something else that happened"),
    "allergies": _("My allergies"),
    "medicines": _("The medicines I take"),
    "wishes": _("Something else I want you to know"),
}

QUESTIONS: tuple[Question, ...] = (
    Question(
        "way",
        _("How to talk with me"),
        {
            "interpreter": _("I would like an interpreter."),
            "writing": _("It is easier for me to read, write or point than to talk."),
            "slowly": _("Please speak slowly and use simple words."),
            "alone": _("Please talk with me alone, without anyone who came with me."),
            "quiet": _("Please do not say aloud, where others hear it, why I am here."),
            "before": _("Please tell me before you touch me, and stop when I say so."),
        },
    ),
    Question(
        "what",
        _("What happened"),
        {
            "sex": _("Someone had sex with me that I did not want."),
            "broke": _("A condom broke or slipped off."),
            "removed": _("A condom was taken off without my agreement."),
            "hit": _("Someone hit or kicked me."),
            "neck": _("Someone squeezed my neck."),
            "held": _("I was held against my will."),
            "drugged": _("Someone may have given me a drug without my knowing."),
            "needle": _("A needle or something sharp pricked or cut me."),
            "bitten": _("Someone bit me."),
            "weapon": _("Someone hurt me with a weapon, or burned me."),
            "several": _("There was more than one person."),
            "memory": _("I do not remember everything."),
            "untold": _("I do not want to tell what happened."),
        },
        text="happened",
    ),
    Question(
        "when",
        _("When it happened"),
        {
            "h24": _("It was less than 24 hours ago."),
            "h72": _("It was 24 to 72 hours ago (1 to 3 days)."),
            "h120": _("It was 72 to 120 hours ago (3 to 5 days)."),
            "later": _("It was more than 120 hours ago (5 days)."),
            "when_unsure": _("I am not sure when it was."),
        },
        single=True,
    ),
    Question(
        "contact",
        _("What my body was in contact with"),
        {
            "vagina": _("A penis or something else was in my vagina."),
            "anus": _("A penis or something else was in my anus."),
            "mouth": _("A penis or something else was in my mouth."),
            "blood": _("Someone else's blood got into a wound, an eye or my mouth."),
            "semen": _("There was semen in or on my body."),
            "no_condom": _("There was no condom, or not the whole time."),
            "condom": _("There was a condom the whole time."),
            "hiv_known": _("I know that the other person has HIV."),
            "contact_unsure": _("I am not sure what kind of contact there was."),
        },
    ),
    Question(
        "now",
        _("How I am now"),
        {
            "breath": _("I have trouble breathing or swallowing, or my voice has changed."),
            "fainted": _("I passed out."),
            "weak": _("My face, an arm or a leg feels weak or numb, or I find it hard to speak."),
            "lost": _("I lost urine or stool without wanting to."),
            "head": _("My head was hit."),
            "sick": _("I have a very bad headache, feel sick, or cannot see well."),
            "bleeding": _("I am bleeding."),
            "wound": _("I have an open wound."),
            "pain_neck": _("My neck hurts."),
            "pain_belly": _("My chest or belly hurts."),
            "pain_below": _("My vagina, penis or anus hurts."),
            "pain_limbs": _("My back, arms or legs hurt."),
            "fever": _("I have a fever."),
        },
    ),
    Question(
        "allergy",
        _("Allergies"),
        {"no_allergy": _("I have no allergies that I know of.")},
        text="allergies",
        nothing="no_allergy",
    ),
    Question(
        "medicine",
        _("Medicines and illnesses"),
        {
            "no_medicine": _("I take no medicines."),
            "prep": _("I take PrEP, medicine that prevents HIV."),
            "hiv": _("I have HIV."),
            "pill": _("I use hormones against pregnancy: pill, patch, ring, implant or injection."),
            "coil": _("I have a coil (IUD), with hormones or without."),
            "no_pill": _("I use no contraception other than condoms."),
            "taken": _("I have already taken emergency contraception."),
            "inducers": _("I take medicine for epilepsy or tuberculosis, or St John's wort."),
            "kidneys": _("I have an illness of the kidneys or the liver."),
        },
        text="medicines",
        nothing="no_medicine",
    ),
    Question(
        "pregnancy",
        _("Pregnancy"),
        {
            "pregnant": _("I am pregnant."),
            "maybe": _("I could be pregnant, or become pregnant from this."),
            "impossible": _("I cannot be pregnant."),
            "pregnancy_unsure": _("I do not know whether I am pregnant."),
        },
        single=True,
    ),
    Question(
        "hepatitis",
        _("Vaccine against hepatitis B"),
        {
            "hepatitis_all": _("I have had all doses of the hepatitis B vaccine."),
            "hepatitis_some": _("I have not had all doses of the hepatitis B vaccine."),
            "hepatitis_unsure": _("I do not know whether I have had the hepatitis B vaccine."),
        },
        single=True,
    ),
    Question(
        "tetanus",
        _("Vaccine against tetanus"),
        {
            "tetanus_recent": _("I had a tetanus vaccine in the last 10 years."),
            "tetanus_old": _("I had no tetanus vaccine in the last 10 years."),
            "tetanus_unsure": _("I do not know when I had a tetanus vaccine."),
        },
        single=True,
    ),
    Question(
        "today",
        _("Alcohol, drugs, breastfeeding"),
        {
            "alcohol": _("I drank alcohol today."),
            "drugs": _("I took drugs today."),
            "breastfeeding": _("I am breastfeeding."),
        },
        hint=_("Only because some medicines do not go together with these."),
    ),
    Question(
        "want",
        _("What I would like"),
        {
            "pep": _("I would like PEP, medicine that prevents HIV after contact."),
            "emergency": _("I would like emergency contraception."),
            "tests": _("I would like tests for HIV and other infections passed on by sex."),
            "vaccine": _("I would like the vaccine against hepatitis B."),
            "wounds": _("Please take care of my wounds."),
            "pain": _("I would like something for the pain."),
            "record": _("Please write in my file which injuries you see."),
            "traces": _("I would like forensic samples to be kept without telling the police."),
            "must": _("Please tell me first what you have to report, and who you tell."),
            "woman": _("I would like to be seen by a woman."),
            "stay": _("I would like someone to stay with me."),
            "work": _("I would like a note for work that does not say why."),
            "shelter": _("I have no safe place to go to after this."),
        },
        text="wishes",
    ),
    Question(
        "not",
        _("What I do not want"),
        {
            "no_police": _("Please do not call the police."),
            "no_immigration": _("Please do not tell the immigration authorities."),
            "no_family": _("Please do not tell my family or my partner."),
            "no_post": _("Please send no letter, bill or message to my home."),
            "no_internal": _("I do not want an internal examination."),
            "no_watching": _("I do not want students or others to watch."),
            "no_photos": _("I do not want photos to be taken."),
            "no_again": _("I do not want to tell again and again what happened."),
        },
    ),
)

# The order of the sheet. When it happened stands in the box above all of these.
SHOWN = (
    *("way", "now", "what", "contact", "allergy", "medicine", "pregnancy"),
    *("hepatitis", "tetanus", "today", "want", "not"),
)
BY_NAME = {question.name: question for question in QUESTIONS}

HEADING = _("For a doctor or nurse")
HEAD_LINE = _("The person who shows you this filled it in. Please treat it as confidential.")
NOT_TRANSLATED = _("as typed, not translated")
FIRST = _("Please read this first")
# Of what happened and how somebody is now, what a doctor should not find further down.
ALARMS = ("neck", "breath", "fainted", "weak", "lost", "head", "sick", "pain_neck", "bleeding")
# `presentation.medical_facts` decides which of these a sheet shows. Each quotes a publication.
PEP = _(
    "PEP against HIV: as soon as possible, best within 24 hours, no later than 72 hours after "
    "contact; for 28 days (WHO 2024)."
)
EMERGENCY = _(
    "Emergency contraception, the sooner the better: levonorgestrel 1.5 mg or ulipristal 30 mg "
    "up to 120 hours after, or a copper coil (IUD) within 5 days (WHO 2021)."
)
HEPATITIS = _("Hepatitis B vaccine for people who have not had all doses (CDC 2021).")
NECK = _(
    "After pressure on the neck, harm inside can appear hours or days later, even when nothing "
    "shows. When to image the vessels: guideline of the UK medical colleges (St Emlyn's 2024)."
)
