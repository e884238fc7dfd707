"""The plugin inside SGLang: everything that knows SGLang.

In: the constants of a format, and whatever SGLang asks. Out: a tool-call detector and a reasoning detector.

    habits                  SGLang's own classes, and what its versions do differently
    served_format           what is known of a format, and what has been said of it
    who_asks                the request and the server that a detector is made for
    reader                  one answer on its way through the core
    passed                  what the reasoning detector hands to the tool detector of the same answer
    items                   events as SGLang's calls and content
    tool_detector           what SGLang asks of a tool-call detector
    reasoning_detector      what SGLang asks of a reasoning detector
    reasoning_modes         how it reads an answer: with our tool detector behind it, another one, or none
    toggles                 what switches the reasoning on, in the words that SGLang has for it
    structural_tag          the grammar of a request, as a structural tag
    at_start                what SGLang asks nobody when it starts
    plugin                  makes and registers the detectors
    launch                  a plugin file run as a script: SGLang's server with its detectors

What is not about SGLang is in `toolgram.targets.serving`.
"""
