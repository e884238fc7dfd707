"""The plugin inside vLLM: everything that knows vLLM.

In: the constants of a format, and whatever vLLM asks. Out: a tool parser and a reasoning parser.

    span, habits                        which vLLM this is, what it does differently from others
    format, pair                        what is known of a format, and of one half by the other
    ids_proof                           whether the ids that the server tells are those of the text
    tool_half <- answer                 the tool parser; one answer on its way through it
    reasoning_half <- reasoning_phase   the reasoning parser; one answer on its way through it
    older_halves                        both, for older servers
    plain_deltas                        what is plain text goes past the core, in both
    prefilled                           an answer that the prompt has begun
    wanted, writers                     what a request asks of its answer; who writes its grammar, if anybody does
    constrained <- constraint, answer_format    the writers, and the grammars that a request is given
    who_asks                            whether the server asks for the answer's reader or for its grammar
    mixed                               a half beside one that does not belong to it
    messages <- filled, transcript      vLLM's messages, made fast; an answer's record
    metrics, log_switch                 what is counted; which answers the log is to have
    check <- check_server               a plugin file run as a script: what works in this vLLM
    plugin                              makes and registers the parsers

What is not about vLLM is in `toolgram.targets.serving`.
"""
