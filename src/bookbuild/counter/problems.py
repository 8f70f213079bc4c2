"""How the counter refuses: every error as `application/problem+json` (RFC 9457), or as a page.

In: what a use case or the framework raised. Out: an answer that says what is wrong and nothing of
the machine. People's pages (`/desk`) get the same in HTML.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bookbuild.counter.answers import Problem
from bookbuild.counter.room import counter_of
from bookbuild.counter.speaking import language_of
from bookbuild.desk.refusals import Conflict, NoEntry, NotAllowed, NotThere, NotValid
from bookbuild.errors import BookbuildError

_STATUS = {NoEntry: 401, NotAllowed: 403, NotThere: 404, Conflict: 409, NotValid: 422}
_PAGES = "/desk"


class ProblemAnswer(Response):
    """A problem as JSON."""

    media_type = "application/problem+json"


def problem(
    status: int,
    detail: str,
    errors: tuple[Mapping[str, str], ...] = (),
    headers: Mapping[str, str] | None = None,
) -> ProblemAnswer:
    """The answer for a problem."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        content["errors"] = list(errors)
    data = json.dumps(content, ensure_ascii=False).encode()
    return ProblemAnswer(data, status, dict(headers or {}))


def add_to(app: FastAPI) -> None:
    """Give an application these answers to what goes wrong."""
    app.add_exception_handler(BookbuildError, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _failed)


async def _refused(request: Request, fault: Exception) -> Response:
    status = next((code for kind, code in _STATUS.items() if isinstance(fault, kind)), 503)
    # What the machine fails with names folders and files, which are nobody's business outside.
    detail = str(fault) if status != 503 else "the store or the database can't be read now"
    errors: tuple[Mapping[str, str], ...] = ()
    if isinstance(fault, NotValid):
        errors = tuple({"pointer": item.pointer, "detail": item.said} for item in fault.faults)
    return _answer(request, status, detail, errors)


async def _unreadable(request: Request, fault: Exception) -> Response:
    found = fault.errors() if isinstance(fault, RequestValidationError) else ()
    errors = tuple(
        {"pointer": "".join(f"/{part}" for part in item["loc"]), "detail": str(item["msg"])}
        for item in found
    )
    return _answer(request, 422, "the request isn't valid", errors)


async def _http(request: Request, fault: Exception) -> Response:
    if not isinstance(fault, HTTPException):
        return _answer(request, 500, "the request failed")
    detail = str(fault.detail)
    return _answer(request, fault.status_code, detail, headers=fault.headers)


async def _failed(request: Request, fault: Exception) -> Response:
    return _answer(request, 500, "the request failed; it is written in the log")


def _answer(
    request: Request,
    status: int,
    detail: str,
    errors: tuple[Mapping[str, str], ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    page = request.url.path == _PAGES or request.url.path.startswith(f"{_PAGES}/")
    if page and status == 401:
        return RedirectResponse(f"{_PAGES}/login", 303)
    if page:
        return _page(request, status, detail)
    given = dict(headers or {})
    if status == 401:
        given["WWW-Authenticate"] = 'Bearer realm="bookbuild"'
    return problem(status, detail, errors, given)


def _page(request: Request, status: int, detail: str) -> Response:
    counter = counter_of(request)
    language = language_of(request)
    shown = Problem(
        type="about:blank", title=HTTPStatus(status).phrase, status=status, detail=detail
    )
    values = {"t": counter.words[language], "language": language, "problem": shown}
    return HTMLResponse(counter.look.fill("problem.html", values), status)
