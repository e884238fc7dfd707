"""The plugin inside vLLM: everything that knows a vLLM."""
