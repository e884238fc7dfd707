"""Recorded streams: what a server has sent, piece by piece, read, written and replayed.

In: a file (`read_recording`): server-sent events, JSON Lines, a failure of the vLLM plugin, or plain text; or a server
(`record`). Out: a `Recording`: deltas in their cuts, and what is known of the request.

Promises: standard library only, and nothing of a recording is run or fetched; a recording holds no header of a request,
so no key; what cannot be read raises RecordingError, whose text says what to do.
"""

from .model import FORMS, Delta, Recording, RecordingError
from .read import read_recording
from .replay import Replayed, parser_for, replayed

__all__ = ["FORMS", "Delta", "Recording", "RecordingError", "Replayed", "parser_for", "read_recording", "replayed"]
