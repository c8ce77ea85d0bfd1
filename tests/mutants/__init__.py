"""Mutants: correct projects with one mistake put in, each of which must be found, with its place and nothing else.

Silence on a correct project proves nothing by itself; a mutant shows that the silence was looked for. Operators make
the mistakes from the text and tree of any project, `judge` says what is wrong with what crosswire says of one.
`python -m tests.mutants` prints how many there are of each kind and what is not as it should be.
"""
