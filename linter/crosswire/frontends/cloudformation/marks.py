"""Which files may be templates, told by their names and texts alone: all other files of a repository cost nothing."""

from __future__ import annotations

AMPLIFY = "/amplify/backend/"
AMPLIFY_UPLOADS = AMPLIFY + "awscloudformation/build/"
SYNTHESIZED = ".template.json"
PROGRAMS = ("cdk.json", "sst.config.ts", "amplify/backend.ts", "Pulumi.yaml")
"""What files are called in which programs start that deploy by themselves, or write templates."""

RENDERED = {
    ".ejs": "EJS",
    ".erb": "ERB",
    ".gotmpl": "a Go template",
    ".hbs": "Handlebars",
    ".j2": "Jinja",
    ".jinja": "Jinja",
    ".jinja2": "Jinja",
    ".mustache": "Mustache",
    ".njk": "Nunjucks",
    ".tmpl": "",
    ".tpl": "",
}
"""Endings of what a tool makes templates of, with the tool where only one has the ending."""

RENDERED_ENDINGS = tuple(RENDERED)
ENDINGS = (".yaml", ".yml", ".json", ".template", ".cform", ".cfn", ".sam")
_SAMCONFIG_ENDINGS = (".toml", ".yaml", ".yml")
_PARAMETER_ENDINGS = (".json", ".yaml", ".yml")
_LARGEST_PARAMETERS = 60_000
_SCRIPT_ENDINGS = (".bash", ".bat", ".cmd", ".ksh", ".mk", ".ps1", ".psm1", ".sh", ".yaml", ".yml", ".zsh")
_SCRIPT_NAMES = ("GNUmakefile", "Makefile", "makefile", "package.json")
_SCRIPTS = (*_SCRIPT_ENDINGS, *_SCRIPT_NAMES)
NAMESPACES = ("AWS::", "Custom::", "Alexa::")


_COPIES = ("asset.", "bundling-temp-")
_SHORTEST_COPY = 38


def is_copied(path: str) -> bool:
    """Whether a file is part of an asset that the AWS CDK copied into an assembly: the templates there say what it is
    of, and it is nothing by itself."""
    if not any(mark in path for mark in _COPIES):
        return False
    folders = path.split("/")[:-1]
    return any(name.startswith(_COPIES) and len(name) >= _SHORTEST_COPY for name in folders)


def may_be_template(text: str) -> bool:
    """Whether a text has what every template has."""
    if "AWSTemplateFormatVersion" in text:
        return True
    return "Resources" in text and any(namespace in text for namespace in NAMESPACES)


def is_samconfig(path: str) -> bool:
    """Whether a file is a configuration of the SAM CLI: samconfig.toml, samconfig-prod.yaml."""
    name = path.rpartition("/")[2]
    return name.startswith("samconfig") and name.endswith(_SAMCONFIG_ENDINGS)


def may_be_script(path: str) -> bool:
    """Whether a file may hold command lines."""
    if not path.endswith(_SCRIPTS):
        return False
    return path.endswith(_SCRIPT_ENDINGS) or path.rpartition("/")[2] in _SCRIPT_NAMES


def deploys_with_parameters(path: str, text: str) -> bool:
    """Whether a file may hold command lines that give parameters to a template."""
    if "--parameter" not in text or ("cloudformation" not in text and "sam deploy" not in text):
        return False
    return may_be_script(path)


def may_be_parameters(path: str, text: str) -> bool:
    """Whether a file that is no template may hold the parameters of one."""
    if not path.endswith(_PARAMETER_ENDINGS) or len(text) > _LARGEST_PARAMETERS or AMPLIFY in f"/{path}":
        return False
    if "ParameterKey" in text or '"Parameters"' in text or "Parameters:" in text:
        return True
    return "param" in path[path.rfind("/", 0, max(path.rfind("/"), 0)) + 1 :].lower()
