"""Where a rule's page can be read: on the web once it is published there, else in the module that holds it."""

from __future__ import annotations

import os
import sys

from crosswire.registry import rule_ids

WEB = ""
"""The address of `docs/rules`, ending with `/`; empty while there is none."""


def page_url(rule: str) -> str:
    """The page on the web, or "" where there is none, as for rules of other tools."""
    return f"{WEB}{rule}.md" if WEB and rule in rule_ids() else ""


def page_link(rule: str) -> str:
    """What a terminal opens: the page on the web, or the file of the rule, whose docstring is the page."""
    from urllib.request import pathname2url

    module = sys.modules.get(f"crosswire_rules.{rule.replace('/', '.').replace('-', '_')}")
    file = os.path.abspath(module.__file__) if module is not None and module.__file__ else ""
    return page_url(rule) or (f"file://{pathname2url(file)}" if file else "")
