"""One application in every dialect is one wiring, and the same mistake in each is the same finding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from crosswire.finding import Severity
from crosswire.frontends.link import build_wiring
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids
from crosswire.source import Source
from crosswire.values import Const, Parameter, Ref, ResourceId, Unknown, Value, leaves, transform
from crosswire.wiring.access import Role
from crosswire.wiring.function import Function, Link
from crosswire.wiring.project import Wiring
from crosswire.wiring.resource import Table

FIXTURE = Path(__file__).resolve().parent.parent / "fixtures/dialects"
DIALECTS = ("sam", "cloudformation", "cdk", "terraform", "terraform-json", "serverless")

# ----------------------------------------------------------------------------------------------------- what all say

_REGIONAL = "{Region}:{AccountId}"
PARCELS = f"arn:{{Partition}}:dynamodb:{_REGIONAL}:table/parcels"
LABELS = f"arn:{{Partition}}:sqs:{_REGIONAL}:parcel-labels"
EVENTS = f"arn:{{Partition}}:sns:{_REGIONAL}:parcel-events"
MANIFESTS = "arn:{Partition}:s3:::parcel-manifests"
LEDGER = "arn:{Partition}:s3:::parcel-ledger"

LOGS = ("Allow", ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"), ("*",))

FUNCTIONS = {
    "parcels-intake": {
        "handler": "intake.handler",
        "runtime": "python3.13",
        "code": "src/intake.py",
        "env": {
            "LABEL_QUEUE_URL": "https://sqs.{Region}.{URLSuffix}/{AccountId}/parcel-labels",
            "MANIFEST_BUCKET": "parcel-manifests",
            "PARCELS_TABLE": "parcels",
        },
        "calls": [
            ("dynamodb:PutItem", PARCELS),
            ("s3:DeleteObject", MANIFESTS),
            ("s3:GetObject", MANIFESTS),
            ("sqs:SendMessage", LABELS),
        ],
        "trust": ["lambda.amazonaws.com"],
        "grants": [
            ("Allow", ("dynamodb:PutItem",), (PARCELS,)),
            LOGS,
            ("Allow", ("s3:DeleteObject", "s3:GetObject"), (f"{MANIFESTS}/*",)),
            ("Allow", ("sqs:SendMessage",), (LABELS,)),
        ],
    },
    "parcels-ledger": {
        "handler": "ledger.handler",
        "runtime": "python3.13",
        "code": "src/ledger.py",
        "env": {"LEDGER_BUCKET": "parcel-ledger"},
        "calls": [("s3:PutObject", LEDGER)],
        "trust": ["lambda.amazonaws.com"],
        "grants": [LOGS, ("Allow", ("s3:PutObject",), (f"{LEDGER}/ledger/*",))],
    },
    "parcels-lookup": {
        "handler": "lookup.handler",
        "runtime": "nodejs22.x",
        "code": "src/lookup.js",
        "env": {"PARCELS_TABLE": "parcels"},
        "calls": [("dynamodb:Query", f"{PARCELS}/index/by-recipient")],
        "trust": ["lambda.amazonaws.com"],
        "grants": [("Allow", ("dynamodb:Query",), (f"{PARCELS}/index/by-recipient",)), LOGS],
    },
    "parcels-notify": {
        "handler": "notify.handler",
        "runtime": "nodejs22.x",
        "code": "src/notify.js",
        "env": {"EVENT_TOPIC_ARN": EVENTS, "PARCELS_TABLE": "parcels"},
        "calls": [("dynamodb:UpdateItem", PARCELS), ("sns:Publish", EVENTS)],
        "trust": ["lambda.amazonaws.com"],
        "grants": [
            ("Allow", ("dynamodb:UpdateItem",), (PARCELS,)),
            LOGS,
            ("Allow", ("sns:Publish",), (EVENTS,)),
            ("Allow", ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"), (LABELS,)),
        ],
    },
}

TABLES = {
    "parcels": {
        "keys": [("parcelId", "HASH", "S")],
        "indexes": {"by-recipient": [("recipient", "HASH", "S"), ("createdAt", "RANGE", "N")]},
        "ttl": "expiresAt",
        "stream": False,
        "kms_key": None,
    }
}

RESOURCES = [
    ("AWS::ApiGatewayV2::Api", "parcels-http"),
    ("AWS::DynamoDB::Table", "parcels"),
    ("AWS::Lambda::Function", "parcels-intake"),
    ("AWS::Lambda::Function", "parcels-ledger"),
    ("AWS::Lambda::Function", "parcels-lookup"),
    ("AWS::Lambda::Function", "parcels-notify"),
    ("AWS::S3::Bucket", "parcel-ledger"),
    ("AWS::S3::Bucket", "parcel-manifests"),
    ("AWS::SNS::Topic", "parcel-events"),
    ("AWS::SQS::Queue", "parcel-labels"),
]

TRIGGERS = [
    ("api_gateway_http", "parcels-http", "parcels-lookup", "GET /parcels", False),
    ("event_source_mapping", "parcel-labels", "parcels-notify", "", True),
    ("s3_notification", "parcel-manifests", "parcels-intake", "", False),
    ("sns", "parcel-events", "parcels-ledger", "", False),
]

PERMISSIONS = [
    (
        "parcels-intake",
        "lambda:InvokeFunction",
        "s3.amazonaws.com",
        MANIFESTS,
        "{AccountId}",
    ),
    ("parcels-ledger", "lambda:InvokeFunction", "sns.amazonaws.com", EVENTS, None),
    (
        "parcels-lookup",
        "lambda:InvokeFunction",
        "apigateway.amazonaws.com",
        f"arn:{{Partition}}:execute-api:{_REGIONAL}:<parcels-http>/*/GET/parcels",
        None,
    ),
]


WIDER = {"serverless": "/*", "cdk": "/*/*/parcels"}
"""What these tools let the API do by themselves: invoke a function for more than the one route."""


@pytest.mark.parametrize("dialect", DIALECTS)
class TestEveryDialectSays:
    def test_the_same_of_its_functions(self, dialect: str) -> None:
        spelling = Spelling(wiring_of(dialect))
        assert {
            spelling.name(function.id): spelling.function(function) for function in spelling.wiring.functions
        } == FUNCTIONS

    def test_the_same_of_its_tables(self, dialect: str) -> None:
        spelling = Spelling(wiring_of(dialect))
        tables = (resource for resource in spelling.wiring.resources if isinstance(resource, Table))
        assert {spelling.name(table.id): spelling.table(table) for table in tables} == TABLES

    def test_the_same_of_what_else_it_declares(self, dialect: str) -> None:
        kinds = {type for type, _ in RESOURCES}
        declared = sorted(
            (type, resource.name.text)
            for resource in wiring_of(dialect).resources
            # SAM's functions become functions
            if (type := resource.type.replace("::Serverless::Function", "::Lambda::Function")) in kinds
            and isinstance(resource.name, Const)
        )
        assert declared == RESOURCES

    def test_the_same_of_what_invokes_what(self, dialect: str) -> None:
        spelling = Spelling(wiring_of(dialect))
        assert sorted(spelling.triggers()) == TRIGGERS

    def test_the_same_of_who_may_invoke(self, dialect: str) -> None:
        spelling = Spelling(wiring_of(dialect))
        found = sorted(spelling.permissions(), key=str)
        if dialect in WIDER:
            assert str(found) == str(PERMISSIONS).replace("/*/GET/parcels", WIDER[dialect])
        else:
            assert found == PERMISSIONS

    def test_all_that_there_is_to_know(self, dialect: str) -> None:
        wiring = wiring_of(dialect)
        assert [unit for unit in wiring.units if unit.blind_spots] == []
        assert wiring.broken == ()
        assert wiring.resource_policies == ()
        for function in wiring.functions:
            assert function.blind_spots == function.role.blind_spots == function.code.blind_spots == ()
            assert function.env.complete
            assert function.code.link is Link.EXACT

    def test_nothing_wrong(self, dialect: str) -> None:
        report = lint(Files.below(FIXTURE / dialect), load(rule_ids()))
        assert report.findings == ()
        assert report.summary.unresolved == 0


def test_all_deploy_the_same_code() -> None:
    sources = {dialect: code_of(dialect) for dialect in DIALECTS}
    assert len(sources["sam"]) >= 4
    assert all(texts == sources["sam"] for texts in sources.values())


# ------------------------------------------------------------------------------------------------- the same mistakes

_YAML_PERMISSION = r"  LedgerPermission:\n(?:    .*\n)+"
_OTHER_TABLE = "arn:aws:dynamodb:*:*:table/parcels-retired"

# Who invokes and what is polled the Serverless Framework sees to, so that there is nothing to make wrong.
MISTAKES: dict[str, tuple[dict[str, tuple[str, str, str]], tuple[str, ...]]] = {
    "a variable that is not set": (
        {
            "sam": ("template.yaml", r" +EVENT_TOPIC_ARN: .*\n", ""),
            "cloudformation": ("template.yaml", r" +EVENT_TOPIC_ARN: .*\n", ""),
            "cdk": ("cdk.out/Parcels.template.json", r',\s*"EVENT_TOPIC_ARN": \{[^{}]*\}', ""),
            "terraform": ("functions.tf", r" +EVENT_TOPIC_ARN = .*\n", ""),
            "terraform-json": ("functions.tf.json", r',\s*"EVENT_TOPIC_ARN": "[^"]*"', ""),
            "serverless": ("serverless.yml", r" +EVENT_TOPIC_ARN: .*\n", ""),
        },
        ("env/not-set: EVENT_TOPIC_ARN: parcels-notify",),
    ),
    "an action that is not allowed": (
        {
            "sam": ("template.yaml", r" +- s3:DeleteObject\n", ""),
            "cloudformation": ("template.yaml", r" +- s3:DeleteObject\n", ""),
            "cdk": ("cdk.out/Parcels.template.json", r'"s3:DeleteObject",\s*', ""),
            "terraform": ("roles.tf", r', "s3:DeleteObject"', ""),
            "terraform-json": ("roles.tf.json", r',\s*"s3:DeleteObject"', ""),
            "serverless": ("serverless.yml", r" +- s3:DeleteObject\n", ""),
        },
        ("iam/missing-action: s3:DeleteObject on bucket parcel-manifests: parcels-intake",),
    ),
    "a permission that is not given": (
        {
            "sam": ("template.yaml", _YAML_PERMISSION, ""),
            "cloudformation": ("template.yaml", _YAML_PERMISSION, ""),
            "cdk": ("cdk.out/Parcels.template.json", r'  "LedgerAllowInvoke\w+": \{\n(?:   .*\n)+  \},\n', ""),
            "terraform": ("functions.tf", r'resource "aws_lambda_permission" "ledger" \{\n(?:  .*\n)+\}\n', ""),
            "terraform-json": ("functions.tf.json", r'"ledger": \{\s*"action"[^{}]*(?:\$\{[^{}]*\}[^{}]*)*\},\s*', ""),
        },
        ("triggers/missing-permission: sns parcel-events: parcels-ledger",),
    ),
    "another table in a grant": (
        {
            "sam": ("template.yaml", r"(dynamodb:UpdateItem\n +Resource: ).*", rf"\1{_OTHER_TABLE}"),
            "cloudformation": ("template.yaml", r"(dynamodb:UpdateItem\n +Resource: ).*", rf"\1{_OTHER_TABLE}"),
            "cdk": (
                "cdk.out/Parcels.template.json",
                r'("dynamodb:UpdateItem",\s*"Effect": "Allow",\s*"Resource": )\{[^{}]*\}',
                rf'\1"{_OTHER_TABLE}"',
            ),
            "terraform": ("roles.tf", r'("dynamodb:UpdateItem"\n +Resource = ).*', rf'\1"{_OTHER_TABLE}"'),
            "terraform-json": (
                "roles.tf.json",
                r'("dynamodb:UpdateItem"\s*\],\s*"resources": \[\s*)"[^"]*"',
                rf'\1"{_OTHER_TABLE}"',
            ),
            "serverless": ("serverless.yml", r"(dynamodb:UpdateItem\n +Resource: ).*", rf"\1{_OTHER_TABLE}"),
        },
        ("iam/wrong-resource: dynamodb:UpdateItem on table parcels: parcels-notify",),
    ),
    "an index that is not allowed": (
        {
            "sam": ("template.yaml", r"/index/by-recipient", "/index/by-sender"),
            "cloudformation": ("template.yaml", r"/index/by-recipient", "/index/by-sender"),
            "cdk": ("cdk.out/Parcels.template.json", r"/index/by-recipient", "/index/by-sender"),
            "terraform": ("roles.tf", r"/index/by-recipient", "/index/by-sender"),
            "terraform-json": ("roles.tf.json", r"/index/by-recipient", "/index/by-sender"),
            "serverless": ("serverless.yml", r"/index/by-recipient", "/index/by-sender"),
        },
        ("iam/missing-index: dynamodb:Query on index by-recipient: parcels-lookup",),
    ),
    "an action that polling needs": (
        {
            "sam": ("template.yaml", r" +- sqs:DeleteMessage\n", ""),
            "cloudformation": ("template.yaml", r" +- sqs:DeleteMessage\n", ""),
            "cdk": ("cdk.out/Parcels.template.json", r'"sqs:DeleteMessage",\s*', ""),
            "terraform": ("roles.tf", r'"sqs:DeleteMessage",', ""),
            "terraform-json": ("roles.tf.json", r'"sqs:DeleteMessage",', ""),
        },
        ("iam/missing-poll-action: sqs:DeleteMessage on parcel-labels: parcels-notify",),
    ),
    "a permission for another service": (
        {
            "sam": ("template.yaml", r"Principal: sns\.", "Principal: iot."),
            "cloudformation": ("template.yaml", r"Principal: sns\.", "Principal: iot."),
            "cdk": ("cdk.out/Parcels.template.json", r'"Principal": "sns\.', '"Principal": "iot.'),
            "terraform": ("functions.tf", r'(principal +)= "sns\.', r'\1= "iot.'),
            "terraform-json": ("functions.tf.json", r'"principal": "sns\.', '"principal": "iot.'),
        },
        ("triggers/wrong-permission: iot.amazonaws.com sns parcel-events: parcels-ledger",),
    ),
    "a variable whose name is reserved": (
        {
            "sam": ("template.yaml", r"( +)LEDGER_BUCKET: .*\n", r"\g<0>\1AWS_REGION: eu-west-1\n"),
            "cloudformation": ("template.yaml", r"( +)LEDGER_BUCKET: .*\n", r"\g<0>\1AWS_REGION: eu-west-1\n"),
            "cdk": ("cdk.out/Parcels.template.json", r'"LEDGER_BUCKET":', r'"AWS_REGION": "eu-west-1", \g<0>'),
            "terraform": ("functions.tf", r"( +)LEDGER_BUCKET = .*\n", r'\g<0>\1AWS_REGION = "eu-west-1"\n'),
            "terraform-json": ("functions.tf.json", r'"LEDGER_BUCKET":', r'"AWS_REGION": "eu-west-1", \g<0>'),
            "serverless": ("serverless.yml", r"( +)LEDGER_BUCKET: .*\n", r"\g<0>\1AWS_REGION: eu-west-1\n"),
        },
        ("env/reserved-name: AWS_REGION: parcels-ledger",),
    ),
}


@pytest.mark.parametrize(("mistake", "dialect"), [(name, one) for name in MISTAKES for one in MISTAKES[name][0]])
def test_a_mistake_is_told_alike_in_every_dialect(mistake: str, dialect: str) -> None:
    edits, expected = MISTAKES[mistake]
    path, pattern, replacement = edits[dialect]
    texts = texts_of(dialect)
    texts[path], count = re.subn(pattern, replacement, texts[path])
    assert count == 1, "the mistake cannot be made in one place"
    assert told(texts) == list(expected)


def told(texts: dict[str, str]) -> list[str]:
    """Errors and warnings as `rule: subject: functions`, in terms of no dialect."""
    files = Files.from_texts(texts)
    spelling = Spelling(build_wiring(files))
    names = {str(function.id): spelling.name(function.id) for function in spelling.wiring.functions}
    return [
        f"{finding.rule}: {spelling.subject(finding.subject)}: {', '.join(names[one] for one in finding.functions)}"
        for finding in lint(files, load(rule_ids())).findings
        if finding.severity is not Severity.NOTE
    ]


# ---------------------------------------------------------------------------------------------- terms of no dialect


class Spelling:
    """A wiring in terms that no dialect has for itself: resources are called by their physical names."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self._names = {one.id: one.name.text for one in wiring.resources if isinstance(one.name, Const)}

    def name(self, id: ResourceId | None) -> str:
        assert id is not None
        return self._names[id]

    def subject(self, subject: str) -> str:
        """The subject of a finding, where permissions are called by the principal that they are for."""
        principals = {str(one.id): self.text(one.principal) for one in self.wiring.permissions}
        names = {str(id): name for id, name in self._names.items()}
        return " ".join(principals.get(word) or names.get(word, word) for word in subject.split(" "))

    def text(self, value: Value) -> str:
        """A value as text: `{Region}` is what the deployment fills in, `<parcels-http>` the id of that resource."""
        found = transform(self.wiring.expand(value), self._leaf)
        assert isinstance(found, Const), f"not known: {[part for part in leaves(found) if isinstance(part, Unknown)]}"
        return found.text

    def text_if(self, value: Value | None) -> str | None:
        return None if value is None else self.text(value)

    def _leaf(self, part: Value) -> Value:
        match part:
            case Parameter("AWS", name):
                return Const(f"{{{name}}}")
            case Ref(resource, "id"):
                return Const(f"<{self.name(resource)}>")
            case Ref(resource, attribute):
                return Const(f"<{self.name(resource)}.{attribute}>")
        return part

    def function(self, function: Function) -> dict[str, object]:
        return {
            "handler": (function.handler or "").removeprefix("src/"),  # a service has one folder for all functions
            "runtime": function.runtime,
            "code": function.code.entry,
            "env": {name: self.text(one.value) for name, one in sorted(function.env.variables.items())},
            "calls": sorted(self._calls(function)),
            "trust": [self.text(principal) for principal in function.role.trust],
            "grants": sorted(self._grants(function.role), key=lambda grant: grant[1]),
        }

    def _calls(self, function: Function) -> Iterator[tuple[str, str]]:
        """Actions with what they are needed on: of objects, whose keys come from events, the bucket."""
        for call in function.code.calls:
            for use in call.uses:
                of_object = use.kind == "object"
                target = (self.wiring.whole_target if of_object else self.wiring.target)(function, use)
                for action in use.actions:
                    yield action, self.text(target)

    def _grants(self, role: Role) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        for grant in role.grants:
            if grant.origin == "the Serverless Framework" and "logs:" in self.text(grant.actions[0]):
                if len(grant.actions) > 1:  # two statements, about the function's own log group alone
                    yield LOGS
                continue
            assert not (grant.not_actions or grant.not_resources or grant.conditional or grant.principals)
            yield (
                grant.effect,
                tuple(sorted(map(self.text, grant.actions))),
                tuple(sorted(map(self.text, grant.resources))),
            )

    def table(self, table: Table) -> dict[str, object]:
        assert table.complete
        return {
            "keys": [(key.attribute, key.role, key.type) for key in table.keys],
            "indexes": {
                self.text(index.name): [(key.attribute, key.role, key.type) for key in index.keys]
                for index in table.indexes
            },
            "ttl": self.text_if(table.ttl),
            "stream": table.stream,
            "kms_key": self.text_if(table.kms_key),
        }

    def triggers(self) -> Iterator[tuple[str, str, str, str, bool]]:
        """The kind, what invokes, the function, and what of it; SAM has a name for every mapping, others have none."""
        for trigger in self.wiring.triggers:
            assert trigger.function.qualifier is None
            yield (
                trigger.kind,
                self.name(trigger.source),
                self.name(trigger.function.target),
                "" if trigger.kind == "event_source_mapping" else trigger.detail,
                trigger.satisfied,
            )

    def permissions(self) -> Iterator[tuple[str, str, str, str | None, str | None]]:
        for permission in self.wiring.permissions:
            assert permission.function.qualifier is None
            yield (
                self.name(permission.function.target),
                self.text(permission.action),
                self.text(permission.principal),
                self.text_if(permission.source_arn),
                self.text_if(permission.source_account),
            )


@cache
def wiring_of(dialect: str) -> Wiring:
    return build_wiring(Files.below(FIXTURE / dialect))


def code_of(dialect: str) -> dict[str, str]:
    return {path: text for path, text in texts_of(dialect).items() if path.startswith("src/")}


def texts_of(dialect: str) -> dict[str, str]:
    files = Files.below(FIXTURE / dialect)
    sources = {path: files.read(path) for path in files.paths}
    return {path: source.text for path, source in sources.items() if isinstance(source, Source)}
