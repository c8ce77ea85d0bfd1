"""Template files in, recognised templates and lowered resources out."""

from __future__ import annotations

import pytest

from crosswire.frontends.cloudformation.resources import UNKNOWN, lower_resources
from crosswire.frontends.cloudformation.template import Template, recognise
from crosswire.frontends.lowered import Lowered
from crosswire.project import Files
from crosswire.readers.tree import Entries
from crosswire.source import Broken, Source
from crosswire.values import Concat, Const, If, Parameter, Ref, ResourceId, Unknown, Value
from crosswire.wiring.resource import Key, Resource, Table, UserPool
from crosswire.wiring.unread import Unread

TABLE = "Resources:\n  Orders:\n    Type: AWS::DynamoDB::Table\n"


def recognised(path: str, text: str) -> Entries | Broken | Unread | None:
    return recognise(Source(path, text), Files.from_texts({path: text}))


def load(text: str, path: str = "t.yaml", **others: str) -> Template:
    files = Files.from_texts({path: text, **{name.replace("__", "."): other for name, other in others.items()}})
    source = files.read(path)
    assert isinstance(source, Source)
    root = recognise(source, files)
    assert isinstance(root, Entries), root
    return Template(path, source, root, files)


def lower(text: str) -> Lowered:
    lowered = Lowered()
    lower_resources(load(text), lowered)
    return lowered


def only(lowered: Lowered) -> Resource:
    (resource,) = lowered.resources
    return resource


def table(text: str) -> Table:
    resource = only(lower(text))
    assert isinstance(resource, Table)
    return resource


def show(value: Value) -> str:
    parts = value.parts if isinstance(value, Concat) else (value,)
    shown = []
    for part in parts:
        match part:
            case Const(text):
                shown.append(text)
            case Ref(resource, attribute):
                shown.append(f"<{resource.address}.{attribute}>")
            case Parameter(_, name):
                shown.append(f"<{name}>")
            case _:
                shown.append("<?>")
    return "".join(shown)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("any-name.yml", TABLE),
        ("t.yaml", "AWSTemplateFormatVersion: 2010-09-09\n"),
        ("t.yaml", "Transform: AWS::Serverless-2016-10-31\nResources: {}\n"),
        ("t.yaml", "Resources:\n  X: {Type: 'Custom::Thing'}\n"),
        ("t.yaml", "Resources:\n  X: {Type: 'Alexa::ASK::Skill'}\n"),
        ("t.yaml", "\ufeff" + TABLE),
        ("t.yaml", TABLE.replace("\n", "\r\n")),
        ("t.yaml", "# first\n---\n" + TABLE),
        ("t.yaml", "other: document\n---\n" + TABLE),
        ("t.json", '{"Resources": {"A": {"Type": "AWS::SQS::Queue"}}}'),
        ("t.template", '{"Resources": {"A": {"Type": "AWS::SQS::Queue"}}}'),
        ("t.template", TABLE),
        ("t.yaml", '{"Resources": {"A": {"Type": "AWS::SQS::Queue"}}}'),
        ("t.yaml", TABLE + "    Properties: {TableName: '{{resolve:ssm:/x}}'}\n"),
        ("t.yaml", TABLE + "    Properties: {TableName: '{{ quoted }}'}\n"),
        ("t.yaml", TABLE + "    Metadata:\n      Code: |\n        {% if x %} {{ y }}\n"),
        ("t.yaml", TABLE + "    Properties:\n      TableName: '{{resolve:ssm:/x}}-y'\n"),
    ],
)
def test_a_template_is_recognised_by_its_content(path: str, text: str) -> None:
    assert isinstance(recognised(path, text), Entries)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("t.yaml", ""),
        ("t.yaml", "name: ci\non: push\n"),
        ("t.yaml", "apiVersion: v1\nkind: List\nResources: []\n"),
        ("t.yaml", "Resources: text that mentions AWS::\n"),
        ("t.yaml", "- Resources\n- AWS::SQS::Queue\n"),
        ("t.yaml", "service: x\nresources:\n  Resources:\n    A: {Type: 'AWS::SQS::Queue'}\n"),
        ("t.yaml", "notes: Resources and AWS:: and a tab\n\tx\n"),
        ("t.json", '{"Resources": "AWS::", }'),
        ("t.json", '{"typeName": "AWS::S3::Bucket", "Resources": 1}'),
    ],
)
def test_any_other_file_is_none(path: str, text: str) -> None:
    assert recognised(path, text) is None


@pytest.mark.parametrize(
    "text",
    [
        "    Properties: {TableName: '${self:service}-x'}\n",
        "    Properties:\n      TableName: {{ name }}\n",
        "    Properties:\n      TableName: x-{{ name }}\n",
        "{% if prod %}\n  More:\n{% endif %}\n",
        "  {{ include 'more' }}\n",
    ],
)
def test_what_another_tool_renders_is_not_read(text: str) -> None:
    assert isinstance(recognised("t.yaml", TABLE + text), Unread)


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("t.yaml", TABLE + "\tProperties: {}\n", 4),
        ("t.yaml", "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  A: b: c\n", 3),
        ("t.json", '{"Resources": {\n"A": {"Type": "AWS::SQS::Queue",}\n}}', 2),
        ("t.json", '{"AWSTemplateFormatVersion": "2010-09-09"\n"Resources": {}}', 1),
        ("t.yaml", TABLE + "    Properties: *nothing\n", 4),
    ],
)
def test_a_template_that_cannot_be_read_is_broken_at_its_place(path: str, text: str, line: int) -> None:
    found = recognised(path, text)
    assert isinstance(found, Broken) and found.span.start_position.line == line


def test_resources_keep_order_type_place_and_condition() -> None:
    template = load(
        "Resources:\n  B: {Type: 'AWS::SQS::Queue', Condition: Prod}\n"
        "  A:\n    Type: AWS::SNS::Topic\n    Properties: {X: y}\n"
    )
    assert list(template.resources) == ["B", "A"]
    first, second = template.resources.values()
    assert (first.type, first.condition, first.span.text, first.id) == (
        "AWS::SQS::Queue",
        "Prod",
        "B",
        ResourceId("t.yaml", "B"),
    )
    assert len(first.properties) == 0 and second.properties.get("X") is not None
    assert [found.logical_id for found in template.of_type("AWS::SNS::Topic", "X")] == ["A"]


@pytest.mark.parametrize(
    "text",
    [
        "Resources: []\nAWSTemplateFormatVersion: x\n",
        "Resources: !Ref X\nAWSTemplateFormatVersion: x\n",
        "AWSTemplateFormatVersion: x\nResources: {A: text, B: [list], C: , D: {Type: [x]}, E: {Properties: {}}}\n",
        "AWSTemplateFormatVersion: x\nResources: {A: {Type: AWS::SQS::Queue, Properties: text}}\n",
        "AWSTemplateFormatVersion: x\nResources: {A: {Type: AWS::DynamoDB::Table, Properties: {KeySchema: x}}}\n",
        "AWSTemplateFormatVersion: x\nResources: {A: {Type: AWS::DynamoDB::Table, Properties: [KeySchema]}}\n",
        "AWSTemplateFormatVersion: x\nParameters: [x]\nConditions: x\nMappings: []\nOutputs: 1\nResources: {}\n",
        "AWSTemplateFormatVersion: x\nTransform: {}\nGlobals: x\nResources: {A: {Type: AWS::Serverless::Function}}\n",
        "Parameters: {A: x, C: {Type: [], Default: {}}}\nResources: {Q: {Type: Custom::X, Properties: {N: !Ref C}}}\n",
    ],
)
def test_templates_of_wrong_shape_do_not_crash(text: str) -> None:
    lower(text)


def test_a_transform_or_a_type_makes_sam() -> None:
    assert load("Transform: [X, 'AWS::Serverless-2016-10-31']\nResources: {}\n").is_sam
    assert load("Resources: {F: {Type: 'AWS::Serverless::Function'}}\n").is_sam
    assert not load(TABLE).is_sam


def test_globals_are_for_sam_alone() -> None:
    assert load("Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {}}\nResources: {}\n").globals is not None
    assert load("Globals: {Function: {}}\n" + TABLE).globals is None


@pytest.mark.parametrize(
    ("text", "spots"),
    [
        (TABLE, 0),
        ("Transform: AWS::LanguageExtensions\n" + TABLE, 0),
        ("Transform: MyMacro\n" + TABLE, 1),
        ("Transform: [A, {Name: B}, 'AWS::Serverless-2016-10-31']\n" + TABLE, 2),
        (TABLE + "  Fn::Transform: {Name: Macro}\n", 1),
        (TABLE + "  Fn::ForEach::X: [N, !Ref Names, {}]\n", 1),
    ],
)
def test_what_may_add_resources_is_a_blind_spot(text: str, spots: int) -> None:
    template = load(text)
    assert [spot.kind for spot in template.blind_spots] == ["template"] * spots
    assert "Orders" in template.resources


def test_loops_and_local_includes_add_resources() -> None:
    template = load(
        "Resources:\n  Fn::ForEach::T:\n  - N\n  - [A, B]\n  - Table${N}: {Type: AWS::DynamoDB::Table}\n"
        "  Fn::Transform: {Name: AWS::Include, Parameters: {Location: part.yaml}}\n",
        part__yaml="Queue: {Type: AWS::SQS::Queue}\n",
    )
    assert list(template.resources) == ["TableA", "TableB", "Queue"]
    assert template.blind_spots == []


def test_included_sections_join_the_template() -> None:
    template = load(
        "Transform: {Name: AWS::Include, Parameters: {Location: part.yaml}}\n" + TABLE,
        part__yaml="Parameters: {Stage: {Type: String}}\n",
    )
    assert template.intrinsics.parameter("Stage") is not None


def test_properties_under_a_function_are_followed() -> None:
    template = load(
        "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n"
        "      Fn::If: [P, {QueueName: a}, {QueueName: b}]\n"
    )
    name = template.intrinsics.value(template.resources["Q"].properties.get("QueueName"))
    assert isinstance(name, If)


TABLE_WITH_ALL = """
Parameters: {Name: {Type: String}}
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub '${Name}-orders'
      AttributeDefinitions:
        - {AttributeName: pk, AttributeType: S}
        - {AttributeName: sk, AttributeType: N}
      KeySchema:
        - {AttributeName: pk, KeyType: HASH}
        - {AttributeName: sk, KeyType: RANGE}
      GlobalSecondaryIndexes:
        - IndexName: by-sk
          KeySchema: [{AttributeName: sk, KeyType: HASH}]
        - !If
          - Prod
          - IndexName: !Sub '${Name}-index'
            KeySchema: [{AttributeName: other, KeyType: HASH}]
          - !Ref AWS::NoValue
      LocalSecondaryIndexes:
        - IndexName: local
          KeySchema: [{AttributeName: pk, KeyType: HASH}]
      TimeToLiveSpecification: {AttributeName: expires, Enabled: true}
      StreamSpecification: {StreamViewType: NEW_IMAGE}
      SSESpecification: {SSEEnabled: true, KMSMasterKeyId: !Ref Name}
"""


def test_a_table_with_all_it_can_have() -> None:
    found = table(TABLE_WITH_ALL)
    assert (found.service, found.kind, found.complete, found.stream) == ("dynamodb", "table", True, True)
    assert found.name is not None and show(found.name) == "<Name>-orders"
    assert found.keys == (Key("pk", "HASH", "S"), Key("sk", "RANGE", "N"))
    assert [(show(index.name), index.keys, index.local) for index in found.indexes] == [
        ("by-sk", (Key("sk", "HASH", "N"),), False),
        ("<Name>-index", (Key("other", "HASH", None),), False),
        ("local", (Key("pk", "HASH", "S"),), True),
    ]
    assert found.indexes[0].span.text == "by-sk"
    assert found.ttl == Const("expires")
    assert found.kms_key == Parameter("t.yaml", "Name")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "      KeySchema:\n        - {AttributeName: pk, KeyType: HASH}",
            "      KeySchema:\n        - {AttributeName: !Ref Name, KeyType: HASH}",
        ),
        ("[{AttributeName: sk, KeyType: HASH}]", "!Ref Name"),
        ("IndexName: by-sk", "Other: x"),
        ("      AttributeDefinitions:\n", "      Fn::Transform: {Name: Macro}\n      AttributeDefinitions:\n"),
    ],
)
def test_a_table_whose_keys_are_hidden_is_incomplete(old: str, new: str) -> None:
    assert old in TABLE_WITH_ALL
    assert not table(TABLE_WITH_ALL.replace(old, new)).complete


def test_ttl_that_is_switched_off_is_none() -> None:
    assert table(TABLE_WITH_ALL.replace("Enabled: true", "Enabled: false")).ttl is None


def test_a_global_table_takes_its_key_from_a_replica() -> None:
    found = table(
        "Resources:\n  T:\n    Type: AWS::DynamoDB::GlobalTable\n    Properties:\n"
        "      Replicas: [{Region: eu-west-1}, {Region: x, SSESpecification: {KMSMasterKeyId: k}}]\n"
    )
    assert (found.kms_key, found.name, found.kind) == (Const("k"), None, "table")


@pytest.mark.parametrize(
    ("properties", "keys"),
    [
        ("{}", (Key("id", "HASH", "S"),)),
        ("{PrimaryKey: {Name: pk, Type: Number}}", (Key("pk", "HASH", "N"),)),
        ("{PrimaryKey: {Name: pk, Type: Binary}, TableName: x}", (Key("pk", "HASH", "B"),)),
    ],
)
def test_a_simple_table_has_one_key(properties: str, keys: tuple[Key, ...]) -> None:
    found = table(f"Resources:\n  T:\n    Type: AWS::Serverless::SimpleTable\n    Properties: {properties}\n")
    assert found.keys == keys and found.complete


@pytest.mark.parametrize(
    ("type", "properties", "attribute", "expected"),
    [
        ("AWS::DynamoDB::Table", "{TableName: t}", "name", "t"),
        ("AWS::DynamoDB::Table", "{}", "arn", "arn:<Partition>:dynamodb:<Region>:<AccountId>:table/<X.name>"),
        ("AWS::DynamoDB::Table", "{}", "StreamArn", "<X.arn>/stream/<?>"),
        ("AWS::S3::Bucket", "{}", "arn", "arn:<Partition>:s3:::<X.name>"),
        ("AWS::SQS::Queue", "{QueueName: q}", "name", "q"),
        ("AWS::SQS::Queue", "{}", "url", "https://sqs.<Region>.<URLSuffix>/<AccountId>/<X.name>"),
        ("AWS::SNS::Topic", "{}", "arn", "arn:<Partition>:sns:<Region>:<AccountId>:<X.name>"),
        ("AWS::Lambda::Function", "{}", "arn", "arn:<Partition>:lambda:<Region>:<AccountId>:function:<X.name>"),
        ("AWS::Serverless::Function", "{FunctionName: f}", "name", "f"),
        ("AWS::SSM::Parameter", "{Name: /a/b}", "arn", "arn:<Partition>:ssm:<Region>:<AccountId>:parameter<X.name>"),
        ("AWS::SSM::Parameter", "{Name: a}", "arn", "arn:<Partition>:ssm:<Region>:<AccountId>:parameter/<X.name>"),
        ("AWS::SSM::Parameter", "{Value: v}", "Value", "v"),
        (
            "AWS::SecretsManager::Secret",
            "{}",
            "arn",
            "arn:<Partition>:secretsmanager:<Region>:<AccountId>:secret:<X.name>-<?>",
        ),
        ("AWS::IAM::Role", "{}", "arn", "arn:<Partition>:iam::<AccountId>:role/<X.name>"),
        ("AWS::Cognito::UserPool", "{}", "arn", "arn:<Partition>:cognito-idp:<Region>:<AccountId>:userpool/<X.id>"),
        ("AWS::IAM::Role", "{Path: /x/}", "arn", "arn:<Partition>:iam::<AccountId>:role/<?>"),
        ("AWS::Events::Rule", "{}", "arn", "arn:<Partition>:events:<Region>:<AccountId>:rule/<X.name>"),
        ("AWS::Events::Rule", "{EventBusName: b}", "arn", "arn:<Partition>:events:<Region>:<AccountId>:rule/<?>"),
        (
            "AWS::Scheduler::Schedule",
            "{GroupName: g}",
            "arn",
            "arn:<Partition>:scheduler:<Region>:<AccountId>:schedule/<?>",
        ),
    ],
)
def test_names_arns_and_urls_are_defined(type: str, properties: str, attribute: str, expected: str) -> None:
    lowered = lower(f"Resources:\n  X:\n    Type: {type}\n    Properties: {properties}\n")
    assert show(lowered.definitions[Ref(ResourceId("t.yaml", "X"), attribute)]) == expected


@pytest.mark.parametrize(
    ("type", "properties", "attribute"),
    [
        ("AWS::DynamoDB::Table", "{}", "name"),
        ("AWS::DynamoDB::Table", "{TableName: !Ref AWS::NoValue}", "name"),
        ("AWS::SSM::Parameter", "{Name: !Ref Anything}", "arn"),
        ("AWS::Some::Thing", "{Name: x}", "name"),
    ],
)
def test_what_the_template_does_not_tell_is_not_defined(type: str, properties: str, attribute: str) -> None:
    lowered = lower(f"Resources:\n  X:\n    Type: {type}\n    Properties: {properties}\n")
    assert Ref(ResourceId("t.yaml", "X"), attribute) not in lowered.definitions


def test_a_type_that_is_not_known_has_no_service() -> None:
    resource = only(lower("Resources: {X: {Type: 'AWS::Some::Thing'}}\n"))
    assert (resource.service, resource.kind, resource.name) == ("", "", None)


@pytest.mark.parametrize(
    ("schema", "attributes"),
    [
        ("[]", frozenset()),
        ("[{Name: role}, {Name: email}]", frozenset({"custom:role"})),
        ("[{Name: x, DeveloperOnlyAttribute: true}]", frozenset({"dev:custom:x"})),
        ("[{Name: !Ref N}]", None),
        ("!Ref N", None),
        ("[!If [P, {Name: a}, {Name: b}]]", frozenset({"custom:a", "custom:b"})),
    ],
)
def test_custom_attributes_of_a_user_pool(schema: str, attributes: frozenset[str] | None) -> None:
    resource = only(
        lower(f"Resources:\n  P:\n    Type: AWS::Cognito::UserPool\n    Properties: {{Schema: {schema}}}\n")
    )
    assert isinstance(resource, UserPool) and resource.custom_attributes == attributes


@pytest.mark.parametrize(
    ("resource", "service", "target"),
    [
        ("{Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Q], PolicyDocument: DOC}}", "sqs", "<Q.arn>"),
        ("{Type: AWS::SNS::TopicPolicy, Properties: {Topics: [!Ref T], PolicyDocument: DOC}}", "sns", "<T.arn>"),
        ("{Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref B, PolicyDocument: DOC}}", "s3", "<B.arn>"),
        (
            "{Type: AWS::SecretsManager::ResourcePolicy, Properties: {SecretId: x, ResourcePolicy: DOC}}",
            "secretsmanager",
            "x",
        ),
        ("{Type: AWS::KMS::Key, Properties: {KeyPolicy: DOC}}", "kms", "<P.arn>"),
        ("{Type: AWS::DynamoDB::Table, Properties: {ResourcePolicy: {PolicyDocument: DOC}}}", "dynamodb", "<P.arn>"),
        (
            "{Type: AWS::DynamoDB::GlobalTable, Properties: {Replicas: [{ResourcePolicy: {PolicyDocument: DOC}}]}}",
            "dynamodb",
            "<P.arn>",
        ),
    ],
)
def test_policies_of_resources(resource: str, service: str, target: str) -> None:
    document = "{Statement: [{Effect: Allow, Principal: '*', Action: 'x:*', Resource: '*'}]}"
    lowered = lower(
        "Resources:\n  Q: {Type: AWS::SQS::Queue}\n  T: {Type: AWS::SNS::Topic}\n  B: {Type: AWS::S3::Bucket}\n"
        f"  P: {resource.replace('DOC', document)}\n"
    )
    (policy,) = lowered.resource_policies
    assert (policy.service, [show(value) for value in policy.resources]) == (service, [target])
    assert policy.grants[0].principals == (Const("*"),)
    assert policy.document == {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "x:*", "Resource": "*"}]}
    assert policy.owner == ResourceId("t.yaml", "P")


def test_a_plain_document_hides_what_is_not_known() -> None:
    lowered = lower(
        "Resources:\n  P:\n    Type: AWS::SQS::QueuePolicy\n    Properties:\n      Queues: [x]\n      PolicyDocument:\n"
        "        Version: 2012-10-17\n        Statement:\n"
        "          - {Effect: Allow, Principal: {AWS: !Sub 'arn:${AWS::Partition}:x'},"
        " Action: [a, !Ref AWS::NoValue]}\n"
        "          - !If [Dev, {Effect: Allow, Principal: '*', Action: b}, !Ref AWS::NoValue]\n"
        "          - {Effect: Allow, Condition: {StringEquals: {a: !If [Never, b, c]}}}\n"
        "Conditions: {Never: !Equals [a, b]}\n"
    )
    (policy,) = lowered.resource_policies
    assert policy.document == {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": UNKNOWN}, "Action": ["a"]},
            {"Effect": "Allow", "Condition": {"StringEquals": {"a": "c"}}},
        ],
    }


def test_a_missing_value_is_unknown_with_a_reason() -> None:
    template = load(TABLE)
    missing = template.intrinsics.value(None)
    assert isinstance(missing, Unknown) and missing.why
