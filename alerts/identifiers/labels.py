"""Words that people write in front of an identifier: "Insta:", "tél.", "plate"."""

from __future__ import annotations

from typing import NamedTuple

from alerts.identifiers.text import fold_word, words


class Label(NamedTuple):
    """What a word says about what follows: its kind, and its site where there is one."""

    kind: str
    site: str = ""


# Folded, in the languages of the site and of those who use it.
_KINDS = {
    "phone": "phone tel telephone telefono telefon telefone telefonnummer mobile mobil movil cell "
    "portable gsm handy cel celular numero number no num nr call sms whatsapp whats wa wsp viber "
    "signal imo botim zalo swish bizum mobilepay vipps blik mpesa gcash paylib "
    "портабъл телефон тел номер ватсап вотсап вайбер 电话 手机 هاتف جوال واتساب رقم "
    "รหัส โทร",
    "email": "email mail courriel correo emailadresse mailadresse почта имейл пошта 邮箱 بريد อีเมล",
    "username": "user username profile profil perfil pseudo nick nickname usuario handle "
    "session profilo benutzer логин ник профиль потребител 用户名",
    "plate": "plate plates numberplate licenceplate licenseplate reg plaque immat immatriculation "
    "matricula placa kennzeichen targa rendszam tablica rejestracja nummerplade kenteken patente "
    "номера госномер 车牌 لوحة ทะเบียน",
    "payment": "payment pay iban bic sepa bizum crypto wallet pago paiement pagamento zahlung "
    "account cuenta compte conto konto kontonummer rib clabe cbu cvu pix upi btc bitcoin eth "
    "ethereum ltc usdt xmr monero card carte tarjeta karte sortcode interac alias vpa",
    "name": "name nom nombre prenom nome nume naam imie nev имя име имʼя 姓名 اسم ชื่อ",
}
_SITES = {
    "instagram.com": "instagram insta ig инстаграм инста انستقرام انستا",
    "t.me": "telegram tg tele телеграм телега تلگرام تيليجرام",
    "snapchat.com": "snapchat snap sc سناب",
    "facebook.com": "facebook fb face messenger",
    "x.com": "twitter x tw",
    "tiktok.com": "tiktok tt",
    "onlyfans.com": "onlyfans of",
    "reddit.com": "reddit",
    "vk.com": "vk vkontakte вк",
    "discord": "discord",
    "skype": "skype скайп",
    "line.me": "line lineid",
    "youtube.com": "youtube yt",
    "twitch.tv": "twitch",
    "wechat": "wechat weixin 微信",
    "qq": "qq",
    "wickr": "wickr",
    "threema": "threema",
    "icq": "icq",
    "linkedin.com": "linkedin",
    "pinterest.com": "pinterest",
    "threads.com": "threads",
    "bsky.app": "bluesky bsky",
    "fetlife.com": "fetlife",
    "linktr.ee": "linktree",
    "tumblr.com": "tumblr",
    "kik.me": "kik",
    "paypal.me": "paypal paypalme pp",
    "cash.app": "cashapp cashtag",
    "venmo.com": "venmo",
    "revolut.me": "revolut revtag",
    "wise.com": "wise wisetag",
    "monzo.me": "monzo",
    "ko-fi.com": "kofi",
    "lydia-app.com": "lydia",
    "bunq.me": "bunq",
    "zelle": "zelle",
    "twint.ch": "twint",
}
# Words for a number of any kind, which are also groups of letters on plates.
# What may stand between such a word and the name: "her snap is xyz", "xyz on insta".
FILLERS = words("c'est is est es ist è - : = /")
ON = words("sur on en auf su na в no @")
ANY_NUMBER = frozenset(("no", "num", "nr", "number", "numero", "reg"))
_PAYMENT_WORDS = words("zelle lydia twint paypal paypalme pp cashapp cashtag venmo")
_OF_WORD: dict[str, Label] = {
    fold_word(word): Label(kind) for kind, listed in _KINDS.items() for word in listed.split()
}
_OF_WORD |= {
    fold_word(word): Label("payment" if word in _PAYMENT_WORDS else "username", site)
    for site, listed in _SITES.items()
    for word in listed.split()
}


def label_of(word: str) -> Label | None:
    """What the word says, or None."""
    return _OF_WORD.get(fold_word(word))
