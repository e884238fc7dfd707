"""The JSON Schema of a machine's JSON, for those who check or read it in another language.

In: the model. Out: the text of `docs/machine.schema.json`; `python -m toolgram.machine.json_schema` prints it.

Promise: the same model gives the same bytes.
"""

from __future__ import annotations

import sys

from .json_lines import write_json
from .model import Machine

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def machine_schema() -> str:
    """Write the schema. A field that is left out has its default."""
    return write_json({"$schema": DIALECT, **Machine.model_json_schema()}) + "\n"


if __name__ == "__main__":
    sys.stdout.write(machine_schema())
