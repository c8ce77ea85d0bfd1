"""Functions of CloudFormation and SAM templates, with their environment and the way to their code."""

from __future__ import annotations

import pytest

from crosswire.frontends.cloudformation import lower_templates
from crosswire.frontends.link import build_wiring
from crosswire.frontends.lowered import CodeHint, Lowered
from crosswire.project import Files
from crosswire.values import Const, Parameter, Ref, ResourceId
from crosswire.wiring.function import Function, Link

SAM = "Transform: AWS::Serverless-2016-10-31\n"


def lower(text: str) -> Lowered:
    lowered = Lowered()
    lower_templates(Files.from_texts({"infra/template.yaml": text}), lowered)
    return lowered


def only(text: str) -> tuple[Function, CodeHint]:
    (found,) = lower(text).functions
    return found


def named(text: str, logical_id: str) -> tuple[Function, CodeHint]:
    return next(pair for pair in lower(text).functions if pair[0].id.address == logical_id)


def variables(function: Function) -> dict[str, object]:
    return {name: variable.value for name, variable in function.env.variables.items()}


def test_a_plain_function_is_lowered_with_everything_it_says() -> None:
    function, hint = only("""
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: orders
      Handler: src/app.handler
      Runtime: nodejs20.x
      Role: arn:aws:iam::123456789012:role/elsewhere
      Code: ../dist
      Environment: {Variables: {TABLE: orders, REGION: !Ref AWS::Region}}
""")
    assert function.id == ResourceId("infra/template.yaml", "Orders")
    assert (function.handler, function.runtime, function.name) == ("src/app.handler", "nodejs20.x", Const("orders"))
    assert variables(function) == {"TABLE": Const("orders"), "REGION": Parameter("AWS", "Region")}
    assert function.env.complete
    assert function.env.span is not None
    assert function.env.span.text == "Variables"
    assert function.env.variables["TABLE"].span.text == "TABLE"
    assert function.code.link is Link.MISSING
    assert hint.unit_path == "infra/template.yaml"
    assert (hint.uri, hint.handler) == ("../dist", "src/app.handler")
    assert hint.handler_span is not None
    assert hint.handler_span.text == "src/app.handler"


def test_code_in_a_bucket_is_known_by_its_key() -> None:
    _, hint = only("""
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {Code: {S3Bucket: b, S3Key: !Sub "${Stage}/orders.zip"}}}
Parameters: {Stage: {Type: String}}
""")
    assert (hint.uri, hint.s3_key) == (None, "/orders.zip")


def test_inline_code_is_taken_with_its_place() -> None:
    text = """
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Code: {ZipFile: !Sub "print('${AWS::Region}')"}
"""
    _, hint = only(text)
    assert hint.inline_text == "print('${AWS::Region}')"
    assert hint.inline_span is not None
    assert hint.uri is None


def test_an_image_is_known_by_its_docker_context() -> None:
    _, hint = only(
        SAM
        + """
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {PackageType: Image}
    Metadata: {Dockerfile: Dockerfile.prod, DockerContext: ./app}
"""
    )
    assert hint.image
    assert (hint.docker_context, hint.dockerfile, hint.uri) == ("./app", "Dockerfile.prod", None)


def test_a_sam_function_has_its_code_beside_the_template_unless_it_says_where() -> None:
    _, hint = only(SAM + "Resources: {F: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}}")
    assert hint.uri == "."


def test_entry_points_of_esbuild_and_layers_of_the_template_are_hints() -> None:
    _, hint = only(
        SAM
        + """
Resources:
  Shared: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layers/shared}}
  F:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: esbuild, BuildProperties: {EntryPoints: [src/app.ts]}}
    Properties: {Handler: app.handler, Layers: [!Ref Shared, "arn:aws:lambda:us-east-1:1:layer:x:1"]}
"""
    )
    assert hint.entry_points == ("src/app.ts",)
    assert hint.layers == ("layers/shared",)


GLOBALS = (
    SAM
    + """
Globals:
  Function:
    Runtime: python3.12
    Environment: {Variables: {A: global, B: global}}
Resources:
  F:
    Type: AWS::Serverless::Function
    %s
    Properties: {Runtime: nodejs20.x, Environment: {Variables: {B: own, C: own}}}
  Plain: {Type: AWS::Lambda::Function, Properties: {Handler: a.b}}
"""
)


def test_globals_are_merged_key_by_key_and_the_function_wins() -> None:
    function, _ = named(GLOBALS % "", "F")
    assert function.runtime == "nodejs20.x"
    assert variables(function) == {"A": Const("global"), "B": Const("own"), "C": Const("own")}


def test_globals_do_not_concern_plain_functions() -> None:
    function, _ = named(GLOBALS % "", "Plain")
    assert (function.runtime, variables(function)) == (None, {})


@pytest.mark.parametrize("ignored", ['"*"', "[Environment]"])
def test_ignored_globals_are_not_merged(ignored: str) -> None:
    function, _ = named(GLOBALS % f"IgnoreGlobals: {ignored}", "F")
    assert variables(function) == {"B": Const("own"), "C": Const("own")}


def test_an_intrinsic_replaces_a_whole_global() -> None:
    function, _ = only(
        SAM
        + """
Globals: {Function: {Environment: {Variables: {A: global}}}}
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {Environment: !Ref AWS::NoValue}}
"""
    )
    assert variables(function) == {}
    assert function.env.complete


def test_an_environment_that_cannot_be_read_is_incomplete() -> None:
    function, _ = only("""
Parameters: {Given: {Type: String}}
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {"Fn::Transform": {Name: Mine}}}}}
""")
    assert not function.env.complete
    assert [spot.kind for spot in function.blind_spots] == ["environment"]


MENTIONED = """
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {Handler: a.b}}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, Name: live}}
  %s
"""


@pytest.mark.parametrize(
    "resource",
    [
        "X: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {OTHER: !Ref F}}}}",
        "X: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {OTHER: !Ref Live}}}}",
        "X: {Type: Custom::Thing, Properties: {ServiceToken: !GetAtt F.Arn}}",
        'X: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionString: !Sub \'{"a": "${F.Arn}"}\'}}',
        "X: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: {'Fn::GetAtt': [F, Arn]}}}",
        "X: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmActions: [!GetAtt F.Arn]}}",
        "X: {Type: AWS::CloudFormation::Stack, Properties: {Parameters: {Fn: !GetAtt F.Arn}}}",
    ],
)
def test_who_passes_a_function_on_mentions_it(resource: str) -> None:
    function, _ = named(MENTIONED % resource, "F")
    assert function.mentioned_by


@pytest.mark.parametrize(
    "resource",
    [
        "X: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F}}",
        "X: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '/aws/lambda/${F}'}}",
        "X: {Type: AWS::CloudWatch::Alarm, Properties: {Dimensions: [{Name: FunctionName, Value: !Ref F}]}}",
        "X: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}",
        "X: {Type: AWS::S3::Bucket, DependsOn: F}",
    ],
)
def test_what_only_speaks_of_a_function_does_not_mention_it(resource: str) -> None:
    function, _ = named(MENTIONED % resource, "F")
    assert not function.mentioned_by


def test_a_function_at_the_edge_is_marked() -> None:
    function, _ = only("""
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {Handler: a.b}}
  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}
  D:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        DefaultCacheBehavior: {LambdaFunctionAssociations: [{LambdaFunctionARN: !Ref V}]}
""")
    assert function.edge


PROPERTIES = ["Environment", "Code", "CodeUri", "Layers", "Role", "Policies", "Events", "InlineCode", "FunctionName"]
PROPERTIES += [
    "Handler",
    "Runtime",
    "EventInvokeConfig",
    "DeadLetterQueue",
    "VpcConfig",
    "FunctionUrlConfig",
    "Tracing",
]
SHAPES = [
    "text",
    "12",
    "",
    "[]",
    "{}",
    "[[]]",
    "[1, {a: b}, [c]]",
    "{a: {b: [c]}}",
    "!Ref Missing",
    "!GetAtt F",
    "!GetAtt [F]",
    "!Sub []",
    "!If [C]",
    "!If [C, {a: b}, !Ref AWS::NoValue]",
    "!If [C, [1], text]",
    "{Variables: []}",
    "{Variables: {A: [1], B: {c: d}, C: }}",
    "{Fn::If: x}",
    "{Fn::Transform: {Name: AWS::Include, Parameters: {Location: x.yaml}}}",
    "[{Statement: text}, {Statement: [text, [a], {Effect: [x], Action: {a: b}, Resource: !Ref Missing}]}]",
    "[{DynamoDBReadPolicy: text}, {DynamoDBReadPolicy: [a]}, {S3ReadPolicy: }, {Nothing: {}}]",
    "{A: text, B: [x], C: {Type: S3}, D: {Type: [S3], Properties: x}, E: {Type: Api, Properties: {Path: [x]}}}",
    "{A: {Type: Cognito, Properties: {UserPool: [x], Trigger: {a: b}}}, B: {Type: MQ, Properties: [x]}}",
    "{A: {Type: SelfManagedKafka, Properties: {SourceAccessConfigurations: [x, {Type: [a]}, [b]]}}}",
    "{DestinationConfig: {OnSuccess: text, OnFailure: {Type: [SQS], Destination: {a: b}}}}",
    "{Type: [SQS], TargetArn: {a: b}}",
]


@pytest.mark.parametrize("type", ["AWS::Serverless::Function", "AWS::Lambda::Function"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_property_of_any_shape_still_gives_a_function(type: str, shape: str) -> None:
    for name in PROPERTIES:
        for globals_too in ("", f"Globals: {{Function: {{{name}: {shape}}}}}\n"):
            text = f"{SAM}{globals_too}Resources:\n  F:\n    Type: {type}\n    Properties:\n      {name}: {shape}\n"
            assert [str(function.id) for function, _ in lower(text).functions] == ["F"]


@pytest.mark.parametrize("shape", SHAPES)
def test_attributes_of_any_shape_still_give_a_function(shape: str) -> None:
    for name in ("Metadata", "IgnoreGlobals", "Connectors", "Properties"):
        text = f"{SAM}Globals: {{Function: {{Runtime: x}}}}\nResources:\n  F:\n    Type: AWS::Serverless::Function\n"
        assert [str(function.id) for function, _ in lower(f"{text}    {name}: {shape}\n").functions] == ["F"]


def test_a_reference_to_what_sam_makes_is_symbolic() -> None:
    function, _ = only(
        SAM
        + """
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {Environment: {Variables: {API: !Ref ServerlessRestApi}}}
"""
    )
    assert variables(function) == {"API": Ref(ResourceId("infra/template.yaml", "ServerlessRestApi"), "id")}


def test_an_image_runs_the_command_of_the_template() -> None:
    texts = {
        "template.yaml": """
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Metadata: {DockerContext: ./src, Dockerfile: Dockerfile}
    Properties: {PackageType: Image, ImageConfig: {Command: [other.handler]}}
""",
        "src/Dockerfile": 'FROM public.ecr.aws/lambda/python:3.13\nCOPY . .\nCMD ["app.handler"]\n',
        "src/app.py": "def handler(event, context):\n    pass\n",
        "src/other.py": "def handler(event, context):\n    pass\n",
    }
    (function,) = build_wiring(Files.from_texts(texts)).functions
    assert function.code.entry == "src/other.py"
