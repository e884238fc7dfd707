"""Small chat templates, one for each of a dozen formats: what the models' own ones do, without what they say besides.

Turns are marked as the models mark them, and calls are written as they write them.
"""

from __future__ import annotations

# Around what a template writes for calls: messages with reasoning, ended by a token.
HEAD = """\
{%- for message in messages %}<|{{ message.role }}|>
{%- if message.reasoning_content %}<think>
{{ message.reasoning_content }}
</think>
{%- endif %}
{{- message.content or '' }}
"""
TAIL = """\
<|end|>
{%- endfor %}
{%- if add_generation_prompt %}<|assistant|>{% endif %}
"""
CALL_ID = "functions.{{ c.function.name }}:{{ loop.index0 }}"
ARGUMENTS = "{{ c.function.arguments | tojson }}"
JSON = '{"name": "{{ c.function.name }}", "arguments": {{ c.function.arguments | tojson }}}'
PARAMETERS = """\
{%- for k, v in c.function.arguments.items() %}<parameter={{ k }}>NL{{ v if v is string else v | tojson }}NL</parameter>
{% endfor -%}"""
PAIRS = """\
{%- for k, v in c.function.arguments.items() -%}
<arg_key>{{ k }}</arg_key>
<arg_value>{{ v if v is string else v | tojson }}</arg_value>
{% endfor -%}"""
QUOTED = """\
{%- for k, v in c.function.arguments.items() %}
<parameter name="{{ k }}">{{ v if v is string else v | tojson }}</parameter>
{% endfor -%}"""


def chat(
    calls: str,
    *,
    opener: str = "<|im_start|>ROLE\n",
    closer: str = "<|im_end|>\n",
    around: tuple[str, str] = ("", ""),
    between: str = "",
    prompt: str = "",
    asks: str | None = None,
    model: str = "assistant",
    thinks: bool = False,
) -> str:
    """A template: `calls` writes the call `c`, `around` is around all of them, `asks` and `prompt` end the prompt."""
    reasoning = (
        "{% if m.reasoning_content %}<think>\n{{ m.reasoning_content }}\n</think>\n\n{% endif %}" if thinks else ""
    )
    separator = f"{{% if not loop.last %}}{between}{{% endif %}}"
    role = "{{ '" + model + "' if m.role == 'assistant' else m.role }}"
    asking = (opener if asks is None else asks).replace("ROLE", model)
    return (
        "{% if tools %}{{ tools | tojson }}\n\n{% endif %}"
        "{% for m in messages %}" + opener.replace("ROLE", role) + reasoning + "{{ m.content or '' }}"
        "{% if m.tool_calls %}" + around[0] + "{% for c in m.tool_calls %}" + calls + separator + "{% endfor %}"
        "" + around[1] + "{% endif %}" + closer + "{% endfor %}"
        "{% if add_generation_prompt %}" + asking + prompt + "{% endif %}"
    )


def _xml(line: str, tag: str = "tool_call", value_line: str | None = None) -> str:
    parameters = PARAMETERS.replace("NL", line if value_line is None else value_line)
    return f"<{tag}>{line}<function={{{{ c.function.name }}}}>{line}{parameters}</function>{line}</{tag}>"


LLAMA = {
    "opener": "<|start_header_id|>ROLE<|end_header_id|>\n\n",
    "closer": "<|eot_id|>",
}

TEMPLATES = {
    "hermes": chat(f"\n<tool_call>\n{JSON}\n</tool_call>", thinks=True),
    "qwen3_coder": chat("\n" + _xml("\n"), thinks=True),
    "mimo": chat(_xml(""), thinks=True),
    "step3p5": chat("\n" + _xml("\n"), thinks=True, prompt="<think>\n"),
    "seed_oss": chat(
        "\n" + _xml("\n", "seed:tool_call", ""),
        opener="<seed:bos>ROLE\n",
        closer="<seed:eos>",
    ),
    "glm45": chat(
        "\n<tool_call>{{ c.function.name }}\n" + PAIRS + "</tool_call>",
        opener="<|ROLE|>\n",
        closer="",
        thinks=True,
    ),
    "kimi_k2": chat(
        f"<|tool_call_begin|>{CALL_ID}<|tool_call_argument_begin|>{ARGUMENTS}<|tool_call_end|>",
        opener="<|im_ROLE|>ROLE<|im_middle|>",
        closer="<|im_end|>",
        around=("<|tool_calls_section_begin|>", "<|tool_calls_section_end|>"),
    ),
    "deepseek_v31": chat(
        f"<｜tool▁call▁begin｜>{{{{ c.function.name }}}}<｜tool▁sep｜>{ARGUMENTS}<｜tool▁call▁end｜>",
        opener="<｜ROLE｜>",
        closer="<｜end▁of▁sentence｜>",
        around=("<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"),
        model="Assistant",
    ),
    "minimax_m2": chat(
        '<invoke name="{{ c.function.name }}">\n' + QUOTED + "</invoke>\n",
        opener="]~b]ROLE\n",
        closer="[e~[\n",
        around=("\n<minimax:tool_call>\n", "</minimax:tool_call>"),
        model="ai",
        thinks=True,
        prompt="<think>\n",
    ),
    "llama3_json": chat(
        JSON.replace("arguments", "parameters", 1), opener=LLAMA["opener"], closer="<|eot_id|>{# <|python_tag|> #}"
    ),
    "jamba": chat(
        JSON,
        opener="<|bom|><|ROLE|> ",
        closer="<|eom|>",
        around=("<tool_calls>[", "]</tool_calls>"),
        between=", ",
    ),
    "nemotron_json": chat(
        JSON,
        opener="<SPECIAL_11>ROLE\n",
        closer="\n<SPECIAL_12>\n",
        around=("<TOOLCALL>[", "]</TOOLCALL>"),
        between=", ",
        model="Assistant",
        thinks=True,
        prompt="<think>\n",
    ),
    "internlm": chat("<|action_start|><|plugin|>\n" + JSON.replace("arguments", "parameters", 1) + "<|action_end|>\n"),
    "mistral_prev11": chat(
        JSON,
        opener="{% if m.role == 'user' %}[INST] {% endif %}",
        closer="{% if m.role == 'assistant' %}</s>{% else %}[/INST]{% endif %}",
        asks="",
        around=("[TOOL_CALLS][", "]"),
        between=", ",
    ),
    "longcat": chat(f"<longcat_tool_call>{JSON}</longcat_tool_call>\n", opener="<longcat_ROLE>", closer="</longcat_s>"),
}
