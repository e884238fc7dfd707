"""Server-sent events are cut alike, however their bytes come."""

from __future__ import annotations

import pytest

from toolgram.proxy.streams import EventReader

EVENTS = [b"data: 1\r\n\r\n", b": ping\n\n", b"data: 2\n\r\n", b"data: 3\r\r", b"event: a\rdata: 4\r\n\n", b"\n\n"]
TEXT = b"".join(EVENTS)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_every_cut_gives_the_same_events(size: int) -> None:
    reader = EventReader(1000)
    found = [event.raw for at in range(0, len(TEXT), size) for event in reader.feed(TEXT[at : at + size])]
    assert [*found, reader.rest()] == [*EVENTS, b""]
