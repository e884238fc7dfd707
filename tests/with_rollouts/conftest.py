"""What the tests with real libraries share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import rows


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    pytest.importorskip("transformers")
    return rows.make_tokenizer()


@pytest.fixture(scope="session")
def ray() -> Iterator[Any]:
    """A local Ray, begun once."""
    ray = pytest.importorskip("ray")
    pytest.importorskip("ray.data")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=100 << 20)
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield ray
    ray.shutdown()
