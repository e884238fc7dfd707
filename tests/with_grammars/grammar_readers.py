"""Readers of grammars: each says whether it takes a text, step by step, as a decoding loop would ask it.

In: the text of a grammar, and a text as a list of ids: a byte each, and one for each special token. Out: whether all of
it is taken and the end may come. What a reader cannot read at all, it raises for.

Their tokenizer has a token for each byte, some of more bytes, and the special tokens of a format behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

BYTES = [bytes([number]) for number in range(256)]
LONGER = [b"</", b'":', b'{"', b"tool", b"\n\n", b"  ", b"<|"]
FIRST_SPECIAL = len(BYTES) + len(LONGER) + 1  # behind the end token
END = FIRST_SPECIAL - 1

Takes = Callable[[Sequence[int]], bool]  # one grammar, read and ready
Reader = Callable[[str, Sequence[str]], Takes]


def ids_of(pieces: Sequence[tuple[str, int | None]]) -> list[int]:
    """The ids of a text in pieces: those that are tokens have their own."""
    return [one for text, token in pieces for one in ([token] if token is not None else text.encode())]


def with_xgrammar(grammar: str, special: Sequence[str]) -> Takes:
    """xgrammar, as vLLM and SGLang use it."""
    import xgrammar

    vocabulary = [*BYTES, *LONGER, b"<end>", *(text.encode() for text in special)]
    info = xgrammar.TokenizerInfo(vocabulary, vocab_type=xgrammar.VocabType.RAW, stop_token_ids=[END])
    compiler = xgrammar.GrammarCompiler(info, max_threads=1, cache_enabled=False)
    compiled = compiler.compile_grammar(xgrammar.Grammar.from_ebnf(grammar))
    return lambda ids: all(map(xgrammar.GrammarMatcher(compiled).accept_token, [*ids, END]))


def with_structural_tag(grammar: str, special: Sequence[str]) -> Takes:
    """The same, where it is given as a structural tag."""
    import xgrammar

    vocabulary = [*BYTES, *LONGER, b"<end>", *(text.encode() for text in special)]
    info = xgrammar.TokenizerInfo(vocabulary, vocab_type=xgrammar.VocabType.RAW, stop_token_ids=[END])
    compiled = xgrammar.GrammarCompiler(info, max_threads=1, cache_enabled=False).compile_structural_tag(grammar)
    return lambda ids: all(map(xgrammar.GrammarMatcher(compiled).accept_token, [*ids, END]))


def with_llguidance(grammar: str, special: Sequence[str]) -> Takes:
    """llguidance, as vLLM, SGLang, llama.cpp and MLX can use it."""
    from llguidance import LLMatcher, LLTokenizer, TokenizerWrapper

    tokenizer = LLTokenizer(TokenizerWrapper(_Vocabulary(special)))

    def takes(ids: Sequence[int]) -> bool:
        matcher = LLMatcher(tokenizer, grammar, log_level=0)
        taken = matcher.try_consume_tokens(list(ids))
        if matcher.is_error():
            raise ValueError(matcher.get_error())
        return bool(taken == len(ids) and matcher.is_accepting())

    return takes


class _Vocabulary:
    """A tokenizer as llguidance asks for one."""

    eos_token_id, bos_token_id = END, None

    def __init__(self, special: Sequence[str]) -> None:
        self.tokens = [*BYTES, *LONGER, b"<end>", *(text.encode() for text in special)]
        self.special_token_ids = list(range(END, len(self.tokens)))

    def __call__(self, text: bytes) -> list[int]:
        return list(text)


def with_llama_cpp(grammar: str, special: Sequence[str]) -> Takes:
    """llama.cpp, by the sampler that its own programs use; its model is a vocabulary and nothing else."""
    import ctypes

    import llama_cpp

    vocab = llama_cpp.llama_model_get_vocab(_model_of(tuple(special)))
    made = llama_cpp.llama_sampler_init_grammar(vocab, grammar.encode(), b"root")
    if not made:
        raise ValueError("llama.cpp cannot read the grammar")

    def takes(ids: Sequence[int]) -> bool:
        sampler = llama_cpp.llama_sampler_clone(made)
        for token in (*ids, END):
            entry = (llama_cpp.llama_token_data * 1)(llama_cpp.llama_token_data(token, 0.0, 0.0))
            array = llama_cpp.llama_token_data_array(entry, 1, -1, False)
            llama_cpp.llama_sampler_apply(sampler, ctypes.byref(array))
            if entry[0].logit == float("-inf"):
                return False
            if token != END:
                llama_cpp.llama_sampler_accept(sampler, token)
        return True

    return takes


@cache
def _model_of(special: tuple[str, ...]) -> Any:
    """A model without weights."""
    import tempfile

    import gguf
    import llama_cpp

    path = f"{tempfile.mkdtemp()}/vocab.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    tokens = [f"<0x{number:02X}>" for number in range(256)] + [one.decode() for one in LONGER] + ["</s>", *special]
    kinds = [gguf.TokenType.BYTE] * 256 + [gguf.TokenType.NORMAL] * len(LONGER)
    kinds += [gguf.TokenType.CONTROL] + [gguf.TokenType.USER_DEFINED] * len(special)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(kinds)
    for add in (writer.add_bos_token_id, writer.add_eos_token_id, writer.add_unk_token_id):
        add(END)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    params = llama_cpp.llama_model_default_params()
    params.vocab_only = True
    model = llama_cpp.llama_model_load_from_file(path.encode(), params)
    if not model:
        raise ValueError("llama.cpp cannot read the vocabulary")
    return model


def _found() -> Iterator[tuple[str, str, Reader]]:
    for name, module, reader in (
        ("ebnf", "xgrammar", with_xgrammar),
        ("structural-tag", "xgrammar", with_structural_tag),
        ("llguidance", "llguidance", with_llguidance),
        ("gbnf", "llama_cpp", with_llama_cpp),
    ):
        if find_spec(module) is not None:
            yield name, module, reader


READERS: dict[str, Reader] = {notation: reader for notation, _, reader in _found()}
