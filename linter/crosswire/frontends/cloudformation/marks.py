"""Which files may be templates, told by their names and texts alone: all other files of a repository cost nothing."""

from __future__ import annotations

ENDINGS = (".yaml", ".yml", ".json", ".template", ".cform", ".cfn", ".sam")
NAMESPACES = ("AWS::", "Custom::", "Alexa::")


def may_be_template(text: str) -> bool:
    """Whether a text has what every template has."""
    if "AWSTemplateFormatVersion" in text:
        return True
    return "Resources" in text and any(namespace in text for namespace in NAMESPACES)
