"""What the tests with real libraries share."""

from __future__ import annotations

from typing import Any

import pytest
import rows


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    pytest.importorskip("transformers")
    return rows.make_tokenizer()
