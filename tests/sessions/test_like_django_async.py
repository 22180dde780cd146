"""The asynchronous half of what Django's own session tests cover, for this store."""

import pytest
from asgiref.sync import async_to_sync
from django.contrib.sessions.backends.base import UpdateError
from django.utils import timezone

from safety_app.sealed_sessions import SessionStore


@async_to_sync
async def _in_and_out() -> None:
    session = SessionStore()
    assert await session.aget("cat") is None
    await session.aset("cat", "dog")
    await session.aupdate({"more": 1})
    assert await session.asetdefault("cat", "bird") == "dog"
    assert await session.apop("more") == 1
    await session.asave()
    assert await session.aexists(session.session_key)

    loaded = SessionStore(session.session_key)
    assert await loaded.aget("cat") == "dog"
    assert await loaded.ahas_key("cat")
    assert list(await loaded.akeys()) == ["cat"]
    assert list(await loaded.avalues()) == ["dog"]
    assert list(await loaded.aitems()) == [("cat", "dog")]
    assert await loaded.aget_expire_at_browser_close()
    await loaded.aset_expiry(60)
    assert await loaded.aget_expiry_age() == 60
    assert await loaded.aget_expiry_date() > timezone.now()

    before = loaded.session_key
    await loaded.acycle_key()
    await loaded.asave()
    assert loaded.session_key != before
    assert not await loaded.aexists(before)
    assert await SessionStore(loaded.session_key).aload() == dict(await loaded.aitems())

    other = SessionStore(loaded.session_key)
    await other.aload()
    await loaded.aflush()
    assert loaded.session_key is None
    with pytest.raises(UpdateError):
        await other.asave()

    created = SessionStore()
    await created.acreate()
    await created.aset_test_cookie()
    assert await created.atest_cookie_worked()
    await created.adelete_test_cookie()
    await created.adelete()
    assert not await created.aexists(created.session_key)
    await SessionStore.aclear_expired()


@pytest.mark.thorough
def test_async():
    _in_and_out()
