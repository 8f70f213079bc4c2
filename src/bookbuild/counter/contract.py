"""The contract: how addresses say in OpenAPI what they take and how they refuse.

In: forms, as models. Out: pieces of OpenAPI. Bodies are read by `desk.forms.read_form`, from JSON
as strictly as in the shell; so the framework is told of them here.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from bookbuild.counter import answers
from bookbuild.desk.forms import LabelForm, NoticeForm, OrderForm
from bookbuild.settings import Settings

_FORMS: tuple[type[Settings], ...] = (
    OrderForm, NoticeForm, answers.MoveForm, answers.BlockForm, answers.EditionForm,
    answers.ReprintForm, answers.PaymentForm, answers.LinkForm, answers.HookForm,
    answers.VerdictForm, LabelForm,
)  # fmt: skip
_PLACE = "#/components/schemas/"
_PROBLEM = {"content": {"application/problem+json": {"schema": {"$ref": f"{_PLACE}Problem"}}}}
_REFUSALS = {
    400: "The request can't be read",
    401: "No token, or one that isn't valid",
    403: "Not for this role",
    404: "There is none that the caller may see",
    409: "The state of things forbids it",
    413: "The body is too large",
    422: "The request isn't valid; `errors` says where",
    429: "Too many requests",
    503: "The machine fails; try again later",
}


def takes(form: type[Settings]) -> dict[str, Any]:
    """The piece of OpenAPI that says which form an address takes."""
    schema = {"$ref": f"{_PLACE}{form.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def refuses(*codes: int) -> dict[int | str, dict[str, Any]]:
    """The refusals that an address may answer with; those that any may are added."""
    every = sorted({*codes, 400, 413, 429, 503})
    return {code: {"description": _REFUSALS[code], **_PROBLEM} for code in every}


def write_contract(app: FastAPI) -> dict[str, Any]:
    """The whole of it, made once."""
    if app.openapi_schema is None:
        written = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = written.setdefault("components", {}).setdefault("schemas", {})
        models: tuple[type[Settings], ...] = (*_FORMS, answers.Problem)
        for model in models:
            schema = model.model_json_schema(ref_template=_PLACE + "{model}")
            schemas.update(schema.pop("$defs", {}))
            schemas[model.__name__] = schema
        app.openapi_schema = written
    return app.openapi_schema
