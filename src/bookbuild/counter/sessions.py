"""Who sits before the pages: a session after a token was shown, and proof that a form is theirs.

In: requests. Out: actors. The cookie, signed by Starlette, holds the token's id, never the token:
each request looks whether it still holds. A form counts only where it came from our own page: by
the browser's word (`Sec-Fetch-Site`, `Origin`) and by a text that only the session knows.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bookbuild.counter.room import Counter, counter_of
from bookbuild.counter.speaking import language_of
from bookbuild.desk.model import Actor
from bookbuild.desk.refusals import NoEntry
from bookbuild.desk.sealing import enter_again
from bookbuild.desk.service import Desk, enter

COOKIE = "bookbuild_session"
HOURS = 12
"""How long a session lasts: a working day."""
_TOKEN, _FORM = "token", "form"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request to a page: by whom, where, in which language."""

    counter: Counter
    actor: Actor
    language: str
    form: str
    """What a form of this session carries."""

    @property
    def desk(self) -> Desk:
        """The desk behind the counter."""
        return self.counter.desk


def visit_of(request: Request) -> Visit:
    """Who visits; NoEntry, and so the page to enter by, for nobody."""
    counter = counter_of(request)
    token = request.session.get(_TOKEN)
    if not isinstance(token, str):
        raise NoEntry("enter first")
    actor = enter_again(counter.desk, token)
    return Visit(counter, actor, language_of(request), form_text(request))


def form_text(request: Request) -> str:
    """What the forms of this session carry."""
    text = request.session.get(_FORM)
    if not isinstance(text, str):
        text = secrets.token_urlsafe(24)
        request.session[_FORM] = text
    return text


async def form_of(request: Request) -> dict[str, str]:
    """A form that was sent from our own page.

    Raises:
        HTTPException: 403 for one that wasn't.
    """
    given = {name: str(value) for name, value in (await request.form()).items()}
    own = request.session.get(_FORM)
    sent = given.pop(_FORM, "")
    known = isinstance(own, str) and hmac.compare_digest(own.encode(), sent.encode())
    if not known or not _from_here(request):
        raise HTTPException(403, "the form has expired: load the page again")
    return given


def enter_by(request: Request, text: str) -> Actor:
    """Begin a session with a token; raises as `access.enter`."""
    actor = enter(counter_of(request).desk, text.strip())
    request.session.clear()
    request.session[_TOKEN] = actor.token
    return actor


def _from_here(request: Request) -> bool:
    """True unless the browser says that another site sent the form."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    same = origin is None or origin.split("://", 1)[-1] == host
    return site in ("same-origin", "none") and same


Visitor = Annotated[Visit, Depends(visit_of)]
Sent = Annotated[dict[str, str], Depends(form_of)]
