"""What toolgram's plugins share where they are installed, whichever server runs them.

    own_specs       the names that a server is told: of what came with toolgram, and of the operator's own specs
    served_facts    what a plugin of a format is made of
    auto            the format of a model, from the chat template that its server has

Promise: nothing of a server is imported here, and no compiler before somebody needs one.
"""
