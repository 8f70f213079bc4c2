"""Addresses of webhooks: open, close and list them, see what they were told, tell it again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from bookbuild.counter import answers
from bookbuild.counter.contract import refuses, takes
from bookbuild.counter.room import Body, Caller, Data, There
from bookbuild.desk import service, shown
from bookbuild.desk.refusals import not_valid

router = APIRouter(prefix="/v1", tags=["webhooks"])
Shop = Annotated[str, Query(max_length=40)]


@router.get("/webhooks", response_model=answers.HooksAnswer, responses=refuses(401, 403, 422))
def list_all(desk: There, caller: Caller, shop: Shop = "") -> Data:
    """A shop's webhooks, and what they were told last."""
    hooks = service.list_hooks(desk, caller, shop)
    told = service.list_told(desk, caller, shop)
    return {
        "hooks": [shown.hook_record(item) for item in hooks],
        "told": [shown.told_record(item) for item in told],
    }


@router.post(
    "/webhooks",
    status_code=201,
    response_model=answers.NewHookAnswer,
    openapi_extra=takes(answers.HookForm),
    responses=refuses(401, 403, 422),
)
def create(desk: There, caller: Caller, body: Body, shop: Shop = "") -> Data:
    """Tell an address of every event of a shop's orders. The secret is told this once."""
    form = service.read_form(answers.HookForm, body)
    # The shell may open one to this machine; from outside nobody makes the desk call its own.
    if not form.url.startswith("https://"):
        raise not_valid("/url", "a webhook's address is https://")
    hook, text = service.open_hook(desk, caller, form.url, shop)
    return {"hook": shown.hook_record(hook), "secret": text}


@router.delete(
    "/webhooks/{hook}", status_code=204, response_class=Response, responses=refuses(401, 403, 404)
)
def close(desk: There, caller: Caller, hook: str) -> Response:
    """Tell an address no more."""
    service.close_hook(desk, caller, hook)
    return Response(None, 204)


@router.post(
    "/webhooks/{hook}/events/{event}",
    status_code=204,
    response_class=Response,
    responses=refuses(401, 403, 404),
)
def again(desk: There, caller: Caller, hook: str, event: str) -> Response:
    """Make an event due to a webhook once more, whatever came of it."""
    service.tell_again(desk, caller, event, hook)
    return Response(None, 204)
