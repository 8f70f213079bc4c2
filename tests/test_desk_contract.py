"""The contract, tried with whatever it allows: no answer outside it, no failure of the server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.counters import Served, served
from tests.desks import ADMIN, PRINTER, SHOP, placed, ready

ACTORS = (SHOP, PRINTER, ADMIN)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("contract")) as there:
        ready(there.desk, key="ready-000001")
        placed(there.desk, key="placed-00001")
        yield there


@pytest.fixture(scope="module")
def contract(counter: Served) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{counter.url}/v1/openapi.json")


def test_no_address_answers_outside_its_contract(
    counter: Served, contract: schemathesis.BaseSchema
) -> None:
    headers = [{"Authorization": f"Bearer {counter.tokens[actor]}"} for actor in ACTORS]
    tried = 0
    for found in contract.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy(), number=st.integers(0, len(ACTORS) - 1))
        @settings(max_examples=15, deadline=None, derandomize=True, database=None,
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        def answered(case: schemathesis.Case, number: int) -> None:
            case.call_and_validate(headers=headers[number], checks=CHECKS)

        answered()
        tried += 1
    assert tried >= 25
