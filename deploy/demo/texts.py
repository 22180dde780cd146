"""What the fictional people wrote: (language, what happened, level, text, what helped)."""

from typing import NamedTuple


class Story(NamedTuple):
    """One fictional experience; `what` holds keys of `alerts.vocabulary.choices`."""

    language: str
    what: tuple[str, ...]
    level: int
    text: str
    helped: str = ""


STORIES = (
    Story(
        "en",
        ("physical_assault", "client"),
        2,
        "Friendly on the phone. Once inside he would not accept that I ended the booking, and he "
        "pushed me against the wall.",
        "My buddy called at the agreed time. He left when the phone rang.",
    ),
    Story(
        "fr",
        ("condom_removal", "client"),
        2,
        "Il a retiré le préservatif sans rien dire. Quand je m'en suis rendu compte, il a ri et il "
        "est parti.",
        "Traitement d'urgence le soir même, l'équipe a été gentille.",
    ),
    Story(
        "es",
        ("non_payment", "threats", "client"),
        2,
        "Al final no quiso pagar y dijo que sabía dónde encontrarme. Llegó en una furgoneta gris.",
        "Salí a la calle donde había gente.",
    ),
    Story(
        "ro",
        ("theft", "client"),
        1,
        "Mi-a luat banii din geantă cât eram la baie. Foarte liniștit, vorbește puțin.",
    ),
    Story(
        "ru",
        ("confinement", "weapon", "client"),
        3,
        "Закрыл дверь на ключ и показал нож. Отпустил только через два часа.",
        "Я спокойно говорила с ним и ждала.",
    ),
    Story(
        "pt",
        ("extortion", "outing"),
        2,
        "Guardou as minhas fotografias e pediu dinheiro para não as mandar à minha família.",
        "Não paguei. Guardei as mensagens todas.",
    ),
    Story(
        "en",
        ("payment_fraud",),
        1,
        "Showed me a transfer on his screen. It never arrived, and the number does not answer.",
        "Now I wait until I see it in my own account.",
    ),
    Story(
        "fr",
        ("fake_police",),
        3,
        "Deux hommes disent être de la police, montrent une carte très vite, et demandent de "
        "l'argent et le téléphone.",
    ),
    Story(
        "es",
        ("sexual_assault", "client"),
        3,
        "Acordamos una cosa y después me obligó a otra. Es muy fuerte y se pone delante de la "
        "puerta.",
        "En el hospital me atendieron sin preguntas.",
    ),
    Story(
        "en",
        ("drugging", "client"),
        3,
        "Brought an open bottle and insisted I drink. I lost two hours and my bag.",
        "A friend came because I had not sent the message we agreed on.",
    ),
    Story(
        "de",
        ("stalking", "client"),
        2,
        "Wartet seit drei Wochen vor dem Haus und schreibt von immer neuen Nummern.",
    ),
    Story(
        "it",
        ("harassment",),
        2,
        "Scrive ogni notte, insulta quando non rispondo, crea profili nuovi.",
    ),
    Story(
        "en",
        ("armed_robbery", "group"),
        3,
        "One booked, three came. They took phones and money and knew where things were kept.",
        "We let them take everything. Nobody was hurt.",
    ),
    Story(
        "fr",
        ("filming", "client"),
        2,
        "Le téléphone était posé sur la table et filmait. Il a refusé d'effacer.",
    ),
    Story(
        "es",
        ("boundary", "client"),
        1,
        "Insiste sin parar con cosas que ya le dije que no. Al final se fue enfadado.",
    ),
    Story(
        "bg",
        ("physical_assault", "client"),
        2,
        "Стана агресивен, когато казах, че времето свърши. Удари ме по рамото.",
    ),
    Story(
        "uk",
        ("threats", "client"),
        2,
        "Погрожує розповісти сусідам. Пише з двох номерів.",
    ),
    Story(
        "pl",
        ("theft", "client"),
        1,
        "Zabrał telefon ze stołu, kiedy poszłam otworzyć okno.",
    ),
    Story("en", ("no_show", "time_wasting"), 0, "Books for the evening, then switches off."),
    Story("fr", ("false_address",), 0, "L'adresse n'existe pas, et il ne répond plus."),
    Story("es", ("haggling", "call_pest"), 0, "Llama diez veces al día para regatear."),
    Story("en", ("call_pest",), 0, "Calls all night and breathes. Never books."),
    Story(
        "ar",
        ("non_payment", "client"),
        1,
        "رفض أن يدفع في النهاية وخرج بسرعة.",
    ),
    Story(
        "th",
        ("theft", "client"),
        1,
        "หยิบเงินจากกระเป๋าตอนที่ฉันอาบน้ำ",
    ),
    Story(
        "en",
        ("attempted_killing", "client"),
        3,
        "Both hands around my neck. He stopped only when somebody knocked. Calm before and after.",
        "The neighbour who knocked. The clinic the same night.",
    ),
    Story(
        "hu",
        ("hate", "harassment"),
        2,
        "Gyűlölködő üzeneteket ír, és másokat is rávesz, hogy írjanak.",
    ),
)

PLACES = (
    ("FR", "FR-IDF", "Paris"),
    ("FR", "FR-IDF", "Saint-Denis"),
    ("FR", "FR-PAC", "Marseille"),
    ("FR", "FR-ARA", "Lyon"),
    ("FR", "FR-OCC", "Toulouse"),
    ("ES", "ES-CT", "Barcelona"),
    ("ES", "ES-MD", "Madrid"),
    ("ES", "ES-AN", "Málaga"),
    ("GB", "GB-ENG", "Leeds"),
    ("GB", "GB-SCT", "Glasgow"),
    ("SE", "SE-AB", ""),
    ("FR", "online", ""),
)

FIRST_NAMES = (
    "Marc", "Paul", "Nico", "Sergio", "Dan", "Alex", "Tom", "Luis", "Andrei", "Jean", "Mike",
    "Karim", "Pablo", "Stefan", "Rob", "Bruno", "Chris", "Leo",
)  # fmt: skip

COLOURS = (
    "amber", "cobalt", "copper", "ivory", "scarlet", "saffron", "indigo", "emerald", "silver",
    "coral", "walnut", "cinnamon",
)  # fmt: skip
CREATURES = (
    "heron", "otter", "lynx", "swift", "marten", "plover", "badger", "osprey", "gecko", "tern",
    "magpie", "dormouse",
)  # fmt: skip
