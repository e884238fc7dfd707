"""How far a spec is compiled: to what a check finds, or to the machine."""

from __future__ import annotations

CHECK, MACHINE = "check", "machine"
STAGES = (CHECK, MACHINE)
