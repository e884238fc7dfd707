"""What the tests with the real SGLang share."""

from __future__ import annotations

import toolgram_sglang

toolgram_sglang.register()
