"""What addresses of well-known sites say: where the name stands, and which paths name nobody."""

from __future__ import annotations

import re
from typing import NamedTuple

from alerts.identifiers.text import words


class Site(NamedTuple):
    """How addresses of one site are read.

    host     the site's own short host, which is part of the key
    behind   parts of a path that a name follows; the value says how many parts lie between
    nobody   parts of a path that are no name
    query    fields of the query that hold the name
    bare     whether the first part of a path is a name if nothing else says so
    """

    host: str
    behind: dict[str, int]
    nobody: frozenset[str]
    query: tuple[str, ...] = ()
    bare: bool = True


# Parts of a path that name nobody, on any site.
_NOBODY = words(
    "about accounts account ads api app apps browse business channel channels contact cookies "
    "dialog directory discover download events explore favicon.ico feed games gaming groups "
    "hashtag help home i intent invite jobs l l.php legal link live login logout m map maps "
    "marketplace media messages music news notifications p page pages people photo photo.php "
    "photos plugins policies post posts privacy r reel reels register search settings share "
    "sharer sharer.php shop shorts signup stories story.php support t tags terms topics "
    "trending tv v video videos watch web welcome"
)


def _site(
    host: str, behind: str = "", nobody: str = "", query: str = "", *, bare: bool = True
) -> Site:
    between = {}
    for word in behind.split():
        name, _colon, count = word.partition(":")
        between[name] = int(count or 0)
    return Site(host, between, _NOBODY | frozenset(nobody.split()), tuple(query.split()), bare)


_FACEBOOK = _site(
    "facebook.com",
    "people:1 pages:1 pg profile messages:1 t user stories",
    "permalink.php reg recover hashtag help",
    "id",
)
_X = _site("x.com", "", "compose hashtag home messages", "screen_name user_id")
_TELEGRAM = _site(
    "t.me",
    "s",
    "addstickers addemoji addtheme addlist bg boost c confirmphone contact giftcode iv joinchat "
    "login msg nft proxy setlanguage share socks stars url",
    "domain",
)
_PAYPAL = _site("paypal.me", "paypalme", "donate invoice pools qrcodes send signin webapps")

# By host, without "www." and the like.
SITES: dict[str, Site] = {
    "facebook.com": _FACEBOOK,
    "fb.com": _FACEBOOK,
    "fb.me": _FACEBOOK,
    "m.me": _FACEBOOK,
    "messenger.com": _FACEBOOK,
    "instagram.com": _site("instagram.com", "stories _u m _n", "direct ar oauth", "username"),
    "instagr.am": _site("instagram.com", "stories"),
    "ig.me": _site("instagram.com", "m", bare=False),
    "threads.net": _site("threads.com"),
    "threads.com": _site("threads.com"),
    "x.com": _X,
    "twitter.com": _X,
    "fxtwitter.com": _X,
    "vxtwitter.com": _X,
    "nitter.net": _X,
    "t.me": _TELEGRAM,
    "telegram.me": _TELEGRAM,
    "telegram.dog": _TELEGRAM,
    "telegram.org": _TELEGRAM,
    "tiktok.com": _site("tiktok.com", "", "embed foryou following tag", "username"),
    "vm.tiktok.com": _site("tiktok.com", bare=False),
    "vt.tiktok.com": _site("tiktok.com", bare=False),
    "snapchat.com": _site("snapchat.com", "add u s", "lens spotlight discover unlock"),
    "youtube.com": _site(
        "youtube.com", "c user", "playlist results redirect embed clip hashtag", bare=True
    ),
    "youtu.be": _site("youtube.com", bare=False),
    "reddit.com": _site("reddit.com", "user u", "comments message wiki", bare=False),
    "redd.it": _site("reddit.com", bare=False),
    "linkedin.com": _site(
        "linkedin.com", "in pub", "company school posts pulse learning showcase", bare=False
    ),
    "pinterest.com": _site("pinterest.com", "", "pin ideas"),
    "pin.it": _site("pinterest.com", bare=False),
    "tumblr.com": _site("tumblr.com", "blog view", "dashboard tagged"),
    "twitch.tv": _site("twitch.tv", "", "directory videos clip"),
    "onlyfans.com": _site("onlyfans.com", "", "my bookmarks action"),
    "fansly.com": _site("fansly.com"),
    "vk.com": _site("vk.com", "", "away.php wall feed im audios video club public"),
    "vk.ru": _site("vk.com", "", "away.php wall feed im audios video club public"),
    "ok.ru": _site("ok.ru", "profile", "group dk"),
    "bsky.app": _site("bsky.app", "profile", "starter-pack", bare=False),
    "discord.com": _site("discord", "users", bare=False),
    "discordapp.com": _site("discord", "users", bare=False),
    "discord.gg": _site("discord", bare=False),
    "fetlife.com": _site("fetlife.com", "users"),
    "linktr.ee": _site("linktr.ee"),
    "beacons.ai": _site("beacons.ai"),
    "allmylinks.com": _site("allmylinks.com"),
    "chaturbate.com": _site("chaturbate.com", "", "b tube"),
    "tryst.link": _site("tryst.link", "escort trans-escort"),
    "medium.com": _site("medium.com", bare=False),
    "github.com": _site("github.com", "", "orgs topics features"),
    "kik.me": _site("kik.me", "u"),
    "patreon.com": _site("patreon.com", "c cw user", "posts", "u"),
    "soundcloud.com": _site("soundcloud.com"),
    "open.spotify.com": _site("spotify.com", "user", bare=False),
    "steamcommunity.com": _site("steamcommunity.com", "id profiles", bare=False),
    "paypal.me": _PAYPAL,
    "paypal.com": _PAYPAL._replace(bare=False),
    "cash.app": _site("cash.app", "", "qr app"),
    "cash.me": _site("cash.app"),
    "venmo.com": _site("venmo.com", "u", "code", "user_id recipients"),
    "account.venmo.com": _site("venmo.com", "u", "pay", "recipients"),
    "revolut.me": _site("revolut.me", "p"),
    "revolut.com": _site("revolut.me", bare=False),
    "wise.com": _site("wise.com", "me", "pay invite send", bare=False),
    "bunq.me": _site("bunq.me"),
    "bunq.to": _site("bunq.me"),
    "monzo.me": _site("monzo.me"),
    "monzo.com": _site("monzo.me", "pay", bare=False),
    "ko-fi.com": _site("ko-fi.com"),
    "buymeacoffee.com": _site("buymeacoffee.com"),
    "throne.com": _site("throne.com", "u"),
    "wishtender.com": _site("wishtender.com"),
}

# A person is a subdomain there: xyz.tumblr.com
OWN_SUBDOMAIN = re.compile(
    r"^([a-z0-9_-]{2,})\.(t\.me|tumblr\.com|livejournal\.com|blogspot\.com|wordpress\.com|"
    r"carrd\.co|onlyfans\.com|bsky\.social|deviantart\.com|substack\.com|bandcamp\.com)$"
)
NO_SUBDOMAIN = words("www m web l lm app mobile login help api blog")

# Short links: what is behind them is not known, and small and capital letters are two.
SHORT_LINKS = words(
    "a.co amzn.to bit.ly buff.ly cutt.ly dlvr.it fb.watch goo.gl is.gd lnkd.in maps.app.goo.gl "
    "ow.ly photos.app.goo.gl pin.it rb.gy s.id shorturl.at spoti.fi t.co t.ly tiny.cc tinyurl.com "
    "v.gd we.tl wp.me"
)

# Where a link only leads to another one, and the field of the query that holds it.
REDIRECTS: dict[str, tuple[str, ...]] = {
    "l.facebook.com": ("u",),
    "lm.facebook.com": ("u",),
    "m.facebook.com": ("u",),
    "facebook.com": ("u",),
    "l.messenger.com": ("u",),
    "l.instagram.com": ("u",),
    "l.threads.com": ("u",),
    "l.wl.co": ("u",),
    "google.com": ("q", "url"),
    "youtube.com": ("q",),
    "out.reddit.com": ("url",),
    "t.umblr.com": ("z",),
    "vk.com": ("to",),
    "away.vk.com": ("to",),
    "vk.ru": ("to",),
    "duckduckgo.com": ("uddg",),
    "steamcommunity.com": ("u", "url"),
    "slack-redir.net": ("url",),
    "safelinks.protection.outlook.com": ("url",),
    "linkedin.com": ("url",),
    "exit.sc": ("url",),
    "translate.google.com": ("u",),
    "web.archive.org": (),
    "deref-mail.com": ("",),
}
REDIRECT_PATHS = frozenset(
    ("l.php", "", "url", "redirect", "away.php", "l", "linkfilter", "link", "safety", "redir")
)

# Schemes of apps, and the host whose addresses they mean.
SCHEMES = {
    "tg": "t.me",
    "instagram": "instagram.com",
    "fb": "facebook.com",
    "fb-messenger": "m.me",
    "twitter": "x.com",
    "snapchat": "snapchat.com",
    "vk": "vk.com",
    "tiktok": "tiktok.com",
    "reddit": "reddit.com",
    "venmo": "venmo.com",
    "cashapp": "cash.app",
    "discord": "discord.com",
    "pinterest": "pinterest.com",
    "onlyfans": "onlyfans.com",
}
