"""Every test runs with a cache of its own: nothing is read from or left in the user's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    before = os.environ.get("DOCGEN_CACHE")
    os.environ["DOCGEN_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["DOCGEN_CACHE"]
    else:
        os.environ["DOCGEN_CACHE"] = before


@pytest.fixture
def root() -> Path:
    """The project's root."""
    return Path(__file__).parent.parent
