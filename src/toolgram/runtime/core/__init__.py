"""The core: what a parser knows while it reads, and the moves that change it."""
