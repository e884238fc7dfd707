"""What the proxy counts, for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from ..runtime import VERSION
from .answers import AnswerRepair

CONTENT_TYPE = CONTENT_TYPE_LATEST.encode()


class Metrics:
    """The numbers of one proxy, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = self._count("requests", "Requests by what was done with them", "kind", "status")
        self.answers = self._count("answers", "Answers that were read to their end", "format")
        self.calls = self._count("calls", "Calls found in them", "format")
        self.recoveries = self._count("recoveries", "Answers in which this was recovered", "format", "kind")
        self.failures = self._count("failures", "Answers whose rest was sent as it came: a parser failed", "format")
        self.broken = self._count("broken", "Answers that ended too early", "by")
        self.events = self._count("events", "Events of streams that were read", "format")
        self.seconds = self._count("read_seconds", "Seconds that reading and writing them took", "format")
        self.open = Gauge("toolgram_proxy_open_requests", "Requests that are being answered", registry=self._registry)
        build = Gauge("toolgram_proxy_build_info", "1: the toolgram that reads", ("version",), registry=self._registry)
        build.labels(VERSION).set(1)

    def _count(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"toolgram_proxy_{name}", text, labels, registry=self._registry)

    def note(self, repair: AnswerRepair) -> None:
        """Count an answer that has been read."""
        name = repair.plan.format.id
        self.answers.labels(name).inc()
        self.events.labels(name).inc(repair.events)
        self.seconds.labels(name).inc(repair.seconds)
        for choice in repair.choices:
            self.calls.labels(name).inc(choice.calls)
            self.failures.labels(name).inc(choice.has_failed)
            for kind in choice.repairs:
                self.recoveries.labels(name, kind).inc()

    def text(self) -> bytes:
        """All numbers, as Prometheus reads them."""
        return bytes(generate_latest(self._registry))
