"""Assemblies of the AWS CDK in, functions with the code that people wrote and findings at its places out."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from textwrap import dedent

import pytest

from crosswire.aws.cdk_constructs import is_made_by_cdk
from crosswire.aws.cdk_grants import is_granted_whole
from crosswire.finding import Finding, Severity
from crosswire.frontends.cdk.paths import Paths
from crosswire.frontends.link import build_wiring
from crosswire.lint import lint
from crosswire.project import Files, discover
from crosswire.registry import load, rule_ids
from crosswire.source import Source
from crosswire.wiring.function import Function, Link

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
HASH = "0f" * 32
ASSET = f"cdk.out/asset.{HASH}"

TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    },
    "Metadata": {"aws:cdk:path": "App/Orders/Resource"},
}


def function(id: str = "Get", **more: object) -> dict[str, object]:
    """A function as the CDK writes it, with its role that may not read the table."""
    role, metadata = f"{id}ServiceRole0B0C0D0E", more.pop("Metadata", {})
    properties = {
        "Code": {"S3Bucket": {"Fn::Sub": "cdk-x-assets-${AWS::AccountId}"}, "S3Key": f"{HASH}.zip"},
        "Environment": {"Variables": {"ORDERS": {"Ref": "Orders1A2B3C4D"}}},
        "Handler": "index.handler",
        "Role": {"Fn::GetAtt": [role, "Arn"]},
        "Runtime": "nodejs22.x",
        **more,
    }
    assert isinstance(metadata, dict)
    return {
        "Orders1A2B3C4D": TABLE,
        role: {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "lambda.amazonaws.com"},
                        }
                    ]
                },
            },
        },
        f"{id}AABBCCDD": {
            "Type": "AWS::Lambda::Function",
            "Properties": properties,
            "Metadata": {
                "aws:cdk:path": f"App/{id}/Resource",
                "aws:asset:path": f"asset.{HASH}",
                "aws:asset:is-bundled": True,
                "aws:asset:property": "Code",
                **metadata,
            },
        },
    }


def stack(resources: dict[str, object] | None = None) -> dict[str, str]:
    """An assembly of one stack."""
    return {
        "cdk.json": '{"app": "npx ts-node bin/app.ts"}',
        "cdk.out/App.template.json": json.dumps({"Resources": resources or function()}, indent=1),
        "cdk.out/manifest.json": json.dumps(
            {
                "version": "48.0.0",
                "artifacts": {
                    "App": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "App.template.json"}}
                },
            }
        ),
    }


READ = """\
const { DynamoDB } = require("@aws-sdk/client-dynamodb");
const client = new DynamoDB({});
exports.handler = (event) => client.getItem({ TableName: process.env.ORDERS, Key: { id: { S: event.id } } });
"""
BUNDLE = f"""\
var __commonJS = (cb, mod) => mod;
// node_modules/left-pad/index.js
var require_left_pad = __commonJS({{ "node_modules/left-pad/index.js"() {{ process.env.PADDING.length; }} }});
// lambda/get.js
{READ}"""
MINIFIED = f'"use strict";var a=Object.create;{"0;" * 3000}\n'
PROGRAM = """\
import { Stack } from "aws-cdk-lib";
import { Code, Function as Lambda } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import * as path from "path";
"""


def functions(texts: dict[str, str]) -> list[Function]:
    return list(build_wiring(Files.from_texts(texts)).functions)


def entry(texts: dict[str, str]) -> str | None:
    (found,) = functions(texts)
    return found.code.entry


def alarms(texts: dict[str, str]) -> list[str]:
    report = lint(Files.from_texts(texts), load(rule_ids()))
    return [f"{one.rule} {one.span.path}" for one in report.findings if one.severity is not Severity.NOTE]


class TestABundle:
    def test_is_traced_by_the_comments_of_esbuild_and_its_packages_make_no_findings(self) -> None:
        texts = stack() | {f"{ASSET}/index.js": BUNDLE, "lambda/get.js": READ}
        assert alarms(texts) == ["iam/missing-action lambda/get.js"]

    def test_is_traced_where_it_was_made_in_a_container(self) -> None:
        bundle = BUNDLE.replace("// lambda", "// asset-input/lambda")
        assert entry(stack() | {f"{ASSET}/index.js": bundle, "lambda/get.ts": READ, "lambda/get.js": READ}) == (
            "lambda/get.js"
        )

    @pytest.mark.parametrize(
        ("sources", "root"),
        [
            (["../../node_modules/x/i.js", "../../lambda/get.ts"], ""),
            (["lambda/get.ts"], "../../"),
            (["../asset-input/lambda/get.ts"], ""),
        ],
    )
    def test_is_traced_by_the_source_map_beside_it(self, sources: list[str], root: str) -> None:
        map = json.dumps({"version": 3, "sourceRoot": root, "sources": sources})
        texts = stack() | {f"{ASSET}/index.js": MINIFIED, f"{ASSET}/index.js.map": map, "lambda/get.ts": READ}
        assert entry(texts) == "lambda/get.ts"

    @pytest.mark.parametrize(
        ("mappings", "found"),
        [
            ("AAAA,SAASA;ACATA;;mBDAA,IACA", "lambda/get.ts"),  # exports, what it imports, itself
            ("AAAA;ACAA", "lambda/shared.ts"),
            ("AAAA;ACAA;ACAA", "lambda/shared.ts"),  # a package comes last, which is nobody's
            ("AAAA;A!!", "lambda/get.ts"),
            ("", "lambda/shared.ts"),
        ],
    )
    def test_is_traced_to_what_its_end_was_made_of(self, mappings: str, found: str) -> None:
        """Its exports stand at the beginning, and come first in the list of a source map."""
        sources = ["../../lambda/get.ts", "../../lambda/shared.ts", "../../node_modules/x/i.js"]
        map = json.dumps({"version": 3, "sources": sources, "mappings": mappings})
        texts = {f"{ASSET}/index.js": MINIFIED, f"{ASSET}/index.js.map": map}
        assert entry(stack() | texts | {"lambda/get.ts": READ, "lambda/shared.ts": READ}) == found

    def test_is_traced_by_a_source_map_in_it(self) -> None:
        import base64

        map = base64.b64encode(b'{"sources": ["../../lambda/get.ts"]}').decode()
        bundle = f"{MINIFIED}//# sourceMappingURL=data:application/json;base64,{map}\n"
        assert entry(stack() | {f"{ASSET}/index.js": bundle, "lambda/get.ts": READ}) == "lambda/get.ts"

    def test_of_webpack_says_where_it_starts(self) -> None:
        bundle = 'return __webpack_require__(__webpack_require__.s = "./lambda/get.js");\n// lambda/other.js\n'
        texts = stack() | {f"{ASSET}/index.js": bundle, "lambda/get.js": READ, "lambda/other.js": READ}
        assert entry(texts) == "lambda/get.js"

    def test_whose_sources_are_not_here_is_not_read(self) -> None:
        texts = stack() | {f"{ASSET}/index.js": BUNDLE}
        (found,) = functions(texts)
        assert found.code.link is Link.MISSING
        assert [spot.why for spot in found.code.blind_spots] == [
            "the code is a bundle of files that are not in the check"
        ]
        assert alarms(texts) == []

    @pytest.mark.parametrize("map", ["", "{", "[]", '{"sources": [1, null]}', '{"sources": {}}', "\0"])
    def test_with_a_source_map_that_cannot_be_read_is_traced_by_its_comments(self, map: str) -> None:
        texts = stack() | {f"{ASSET}/index.js": BUNDLE, f"{ASSET}/index.js.map": map, "lambda/get.js": READ}
        assert entry(texts) == "lambda/get.js"


class TestACopy:
    def test_is_judged_where_it_was_copied_from(self) -> None:
        texts = stack() | {f"{ASSET}/index.js": READ, "code/get/index.js": READ, "code/put/index.js": READ + "\n"}
        assert alarms(texts) == ["iam/missing-action code/get/index.js"]

    def test_of_two_alike_files_comes_of_the_folder_with_more_of_the_copy(self) -> None:
        texts = stack() | {
            f"{ASSET}/index.js": READ,
            f"{ASSET}/more.js": "",
            "one/index.js": READ,
            "two/index.js": READ,
            "two/more.js": "",
        }
        assert entry(texts) == "two/index.js"

    def test_that_nothing_leads_from_is_judged_itself(self) -> None:
        assert alarms(stack() | {f"{ASSET}/index.js": READ}) == [f"iam/missing-action {ASSET}/index.js"]

    def test_of_an_older_source_leads_to_the_source(self) -> None:
        program = PROGRAM + 'new Lambda(this, "Get", { code: Code.fromAsset("code"), handler: "index.handler" });'
        texts = stack() | {f"{ASSET}/index.js": "// before\n", "code/index.js": READ, "lib/app.ts": program}
        assert entry(texts) == "code/index.js"

    def test_is_no_candidate_for_functions_of_other_templates(self) -> None:
        template = """\
        Resources:
          Report:
            Type: AWS::Lambda::Function
            Properties:
              {Handler: report.handler, Runtime: nodejs22.x, Code: {S3Bucket: b, S3Key: report.zip}}
        """
        texts = {"t.yaml": dedent(template), f"{ASSET}/report.js": READ}
        assert functions(texts)[0].code.link is Link.MISSING


class TestTheProgram:
    @pytest.mark.parametrize(
        "properties",
        [
            '{ entry: path.join(__dirname, "../lambda/get.ts") }',
            '{ entry: path.resolve(__dirname, "..", "lambda", "get.ts"), handler: "handler" }',
            "{ entry: join(__dirname, `../lambda/get.ts`) }",
            "{ entry: `${__dirname}/../lambda/get.ts` }",
            '{ entry: __dirname + "/../lambda/get.ts" }',
            '{ entry: "lambda/get.ts" }',
            '{ entry: "./lambda/get" }',
            '{ entry: require.resolve("../lambda/get") }',
            '{ entry: fileURLToPath(new URL("../lambda/get.ts", import.meta.url)) }',
            "{ runtime, entry /* , */: GET, // the entry, \n }",
            "{ ...common, timeout: Duration.seconds(3), entry: GET }",
        ],
    )
    def test_says_what_a_bundle_is_made_of(self, properties: str) -> None:
        program = PROGRAM + f'const GET = "lambda/get.ts";\nnew NodejsFunction(this, "Get", {properties});\n'
        assert entry(stack() | {"lib/app.ts": program, "lambda/get.ts": READ}) == "lambda/get.ts"

    @pytest.mark.parametrize(
        "code",
        [
            'code=_lambda.Code.from_asset("lambda")',
            'code=_lambda.Code.from_asset(os.path.join(os.path.dirname(__file__), "..", "lambda"))',
            'code=_lambda.Code.from_asset(str(Path(__file__).parent.parent / "lambda"))',
            "code=_lambda.Code.from_asset(path=(LAMBDA).as_posix())",
            "code=_lambda.AssetCode('./lambda')",
            'code=_lambda.Code.from_asset("lambda", bundling=BundlingOptions(command=["a", "b"]))',
        ],
    )
    def test_in_python_says_where_code_is(self, code: str) -> None:
        program = f"""\
        from aws_cdk import Stack, aws_lambda as _lambda

        LAMBDA = "lambda"
        _lambda.Function(
            self,  # the stack
            "Get",
            handler="index.handler",
            {code},
        )
        """
        texts = stack(function(Runtime="python3.13")) | {
            "stacks/app.py": dedent(program),
            "lambda/index.py": "def handler(event, context): pass",
        }
        assert entry(texts) == "lambda/index.py"

    def test_in_python_says_the_entry_and_index_of_a_python_function(self) -> None:
        program = 'from aws_cdk.aws_lambda_python_alpha import PythonFunction\nPythonFunction(self, "Get", entry="get",'
        texts = stack(function(Runtime="python3.13", Handler="main.run")) | {
            "app.py": program + ' index="main.py", handler="run")',
            "get/main.py": "def run(event, context): pass",
        }
        assert entry(texts) == "get/main.py"

    def test_names_the_default_entry_by_its_file_and_the_id(self) -> None:
        texts = stack() | {"lib/app.ts": PROGRAM + 'new NodejsFunction(this, "Get");', "lib/app.Get.ts": READ}
        assert entry(texts) == "lib/app.Get.ts"

    def test_may_make_functions_by_one_of_its_own_that_is_given_a_path(self) -> None:
        program = PROGRAM + 'makeFunction(this, "Get", "index.handler", "lambda/get", { TABLE: table.tableName });'
        assert entry(stack() | {"lib/app.ts": program, "lambda/get/index.js": READ}) == "lambda/get/index.js"

    def test_may_make_functions_by_a_construct_of_its_own_that_is_given_a_path(self) -> None:
        program = PROGRAM + 'new Endpoint(this, "Get", { entry: path.join(__dirname, "../lambda/get.ts") });'
        resources = function(Metadata={"aws:cdk:path": "App/Get/Function/Resource"})
        assert entry(stack(resources) | {"lib/app.ts": program, "lambda/get.ts": READ}) == "lambda/get.ts"

    def test_that_says_two_things_of_one_id_says_nothing(self) -> None:
        program = PROGRAM + "".join(f'new NodejsFunction(this, "Get", {{ entry: "{one}.ts" }});\n' for one in "ab")
        (found,) = functions(stack() | {"lib/app.ts": program, "a.ts": READ, "b.ts": READ})
        assert found.code.link is Link.MISSING

    def test_names_what_an_image_is_built_of(self) -> None:
        program = PROGRAM + 'new DockerImageFunction(this, "Get", { code: DockerImageCode.fromImageAsset("image") });'
        resources = function(
            Code={"ImageUri": {"Fn::Sub": f"x.dkr.ecr/assets:{HASH}"}}, PackageType="Image", Handler=None
        )
        texts = stack(resources) | {
            "lib/app.ts": program,
            "image/Dockerfile": 'FROM public.ecr.aws/lambda/nodejs:22\nCOPY get.js ./\nCMD ["get.handler"]\n',
            "image/get.js": READ,
        }
        assert entry(texts) == "image/get.js"

    def test_tells_the_code_of_a_stack_that_was_not_bundled(self) -> None:
        """The CLI bundles the stacks that it was asked for only; others name the folder that it ran in."""
        program = PROGRAM + 'new NodejsFunction(this, "Get", { entry: "lambda/get.ts" });'
        for folder in ("/home/me/app", "C:\\\\work\\\\app"):
            texts = stack(function(Metadata={"aws:asset:path": folder}))
            assert entry(texts | {"lib/app.ts": program, "lambda/get.ts": READ}) == "lambda/get.ts"

    def test_a_folder_on_the_machine_that_synthesized_is_found_by_its_end(self) -> None:
        for folder in ("/home/me/app/services/get", "C:\\work\\app\\services\\get"):
            texts = stack(function(Metadata={"aws:asset:path": folder}))
            assert entry(texts | {"services/get/index.js": READ}) == "services/get/index.js"

    @pytest.mark.parametrize(
        "text",
        ["new NodejsFunction(this, 'Get', {", "new NodejsFunction(this, 'Get", "'Get'", "Function(x, 'Get'", "("],
    )
    def test_that_is_cut_off_says_nothing(self, text: str) -> None:
        assert entry(stack() | {"lib/app.ts": PROGRAM + text}) is None


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        ("'src'", "app/src"),
        ("path.join('..', 'x')", "x"),
        ("'../../x'", None),
        ("path.join(__dirname, unknown())", None),
        ("os.path.dirname(os.path.abspath(__file__))", "app/lib"),
        ("Path(__file__).resolve().parents[1] / 'src'", "app/src"),
        ("process.cwd() + '/src'", "app/src"),
        ("f'{os.getcwd()}/src'", "app/src"),
        ("(Path(__file__).parent / 'src')", "app/lib/src"),
        ("loop", None),
        ("", None),
    ],
)
def test_paths_of_programs(expression: str, path: str | None) -> None:
    assert Paths("app/lib/stack.ts", "app", {"loop": "loop"}.get).path(expression) == path


class TestWithoutMetadata:
    """Many programs switch the metadata off."""

    def bare(self) -> dict[str, str]:
        texts = stack()
        template = json.loads(texts["cdk.out/App.template.json"])
        for resource in template["Resources"].values():
            resource.pop("Metadata", None)
        return texts | {"cdk.out/App.template.json": json.dumps(template)}

    def test_the_hash_names_the_asset(self) -> None:
        assert entry(self.bare() | {f"{ASSET}/index.js": BUNDLE, "lambda/get.js": READ}) == "lambda/get.js"

    def test_the_list_of_assets_says_where_an_asset_is(self) -> None:
        listed = {"files": {HASH: {"source": {"path": "elsewhere", "packaging": "zip"}}}}
        texts = self.bare() | {
            "cdk.out/App.assets.json": json.dumps(listed),
            "cdk.out/elsewhere/index.js": BUNDLE,
            "lambda/get.js": READ,
        }
        assert entry(texts) == "lambda/get.js"

    def test_the_manifest_says_which_construct_it_is(self) -> None:
        texts = self.bare()
        manifest = json.loads(texts["cdk.out/manifest.json"])
        manifest["artifacts"]["App"]["metadata"] = {
            "/App/Get/Resource": [{"type": "aws:cdk:logicalId", "data": "GetAABBCCDD"}]
        }
        texts |= {
            "cdk.out/manifest.json": json.dumps(manifest),
            "lib/app.ts": PROGRAM + 'new NodejsFunction(this, "Get", { entry: "lambda/get.ts" });',
            "lambda/get.ts": READ,
        }
        assert entry(texts) == "lambda/get.ts"

    def test_the_names_of_parameters_hold_the_hash_in_version_1(self) -> None:
        key = {"Fn::Select": [0, {"Fn::Split": ["||", {"Ref": f"AssetParameters{HASH}S3VersionKey1234ABCD"}]}]}
        texts = stack(function(Code={"S3Bucket": "b", "S3Key": {"Fn::Join": ["", [key]]}}))
        template = re.sub(r'"aws:asset:path": "[^"]*",', "", texts["cdk.out/App.template.json"])
        texts |= {"cdk.out/App.template.json": template, f"{ASSET}/index.js": BUNDLE, "lambda/get.js": READ}
        assert entry(texts) == "lambda/get.js"


class TestWhatTheCdkMakesForItself:
    @pytest.mark.parametrize(
        "id",
        [
            "CustomS3AutoDeleteObjectsCustomResourceProviderHandler",
            "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a",
            "BucketNotificationsHandler050a0587b7544547bf325f094a3db834",
            "CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C",
            "AWS679f53fac002430cb0da5b7982bd2287",
            "CustomCrossRegionExportWriterCustomResourceProviderHandler",
            "SeedProviderframeworkonEvent",
        ],
    )
    def test_is_not_judged(self, id: str) -> None:
        assert is_made_by_cdk(id + "AABBCCDD", "")
        assert functions(stack(function(id)) | {f"{ASSET}/index.js": READ}) == []
        assert alarms(stack(function(id)) | {f"{ASSET}/index.js": READ}) == []

    def test_is_known_by_the_construct_that_it_is_in(self) -> None:
        assert is_made_by_cdk("OnEventHandler42BEBAE0", "App/@aws-cdk--aws-eks.ClusterResourceProvider/OnEventHandler")
        assert not is_made_by_cdk("OnEventHandler42BEBAE0", "App/OnEventHandler/Resource")

    def test_makes_the_function_of_a_custom_resource_invoked(self) -> None:
        """What the framework of a provider calls is attached to something, be it written for whatever event."""
        provider = function("SeedProviderframeworkonEvent")
        properties = provider["SeedProviderframeworkonEventAABBCCDD"]["Properties"]  # type: ignore[index]
        properties["Environment"] = {
            "Variables": {"USER_ON_EVENT_FUNCTION_ARN": {"Fn::GetAtt": ["GetAABBCCDD", "Arn"]}}
        }
        code = "exports.handler = (event) => event.request.userAttributes.email;\n"
        (found,) = functions(stack(function() | provider) | {f"{ASSET}/index.js": code})
        assert found.mentioned_by

    @pytest.mark.parametrize(
        ("actions", "whole"),
        [
            ("dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem dynamodb:BatchWriteItem", True),
            ("dynamodb:GetRecords dynamodb:GetShardIterator", True),
            ("s3:GetObject* s3:GetBucket* s3:List* s3:DeleteObject* s3:PutObject* s3:Abort*", True),
            ("sqs:SendMessage sqs:GetQueueAttributes sqs:GetQueueUrl kms:Decrypt kms:GenerateDataKey*", True),
            ("dynamodb:PutItem dynamodb:UpdateItem", False),
            ("sqs:SendMessage", False),
            ("sqs:SendMessage sqs:GetQueueAttributes sqs:GetQueueUrl sqs:DeleteQueue", False),
        ],
    )
    def test_grants_are_given_whole(self, actions: str, whole: bool) -> None:
        assert is_granted_whole(actions.split()) is whole

    def test_that_name_what_only_streams_take_make_no_findings(self) -> None:
        """The CDK allows it together with reading the table, where nobody can leave it out."""
        read = "BatchGetItem Query GetItem Scan ConditionCheckItem DescribeTable"
        policy = {
            "GetServiceRoleDefaultPolicy1A2B3C4D": {
                "Type": "AWS::IAM::Policy",
                "Properties": {
                    "Roles": [{"Ref": "GetServiceRole0B0C0D0E"}],
                    "PolicyDocument": {
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": [f"dynamodb:{name}" for name in names.split()],
                                "Resource": {"Fn::GetAtt": ["Orders1A2B3C4D", "Arn"]},
                            }
                            for names in (read, "GetRecords GetShardIterator")
                        ]
                    },
                },
            }
        }
        texts = stack(function() | policy) | {f"{ASSET}/index.js": READ}
        assert lint(Files.from_texts(texts), load(rule_ids())).findings == ()


class TestAnAssembly:
    def test_of_an_earlier_program_leaves_templates_that_are_not_deployed(self) -> None:
        texts = stack() | {f"{ASSET}/index.js": READ}
        texts["cdk.out/Before.template.json"] = texts["cdk.out/App.template.json"]
        assert [one.id.unit for one in functions(texts)] == ["cdk.out/App.template.json"]

    def test_tells_a_fault_in_several_stages_once(self) -> None:
        texts = {"lambda/get.js": READ}
        for stage in ("Dev", "Prod"):
            for path, text in stack().items():
                name = path.replace("cdk.out/", f"cdk.out/assembly-{stage}/")
                texts[name] = text.replace('"App/', f'"{stage}/App/').replace("asset.", "../asset.")
        assert len(functions(texts | {f"{ASSET}/index.js": BUNDLE})) == 2
        assert alarms(texts | {f"{ASSET}/index.js": BUNDLE}) == ["iam/missing-action lambda/get.js"]

    def test_nests_the_stack_that_an_asset_is(self) -> None:
        nested = {"Resources": function(), "Parameters": {"Name": {"Type": "String"}}}
        nested["Resources"]["GetAABBCCDD"]["Properties"]["Environment"]["Variables"] = {  # type: ignore[index]
            "ORDERS": {"Ref": "Name"}
        }
        url = {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::Region"}, f"/{'ab' * 32}.json"]]}
        parent = {
            "Orders": TABLE,
            "More": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"TemplateURL": url, "Parameters": {"Name": {"Ref": "Orders"}}},
                "Metadata": {"aws:asset:path": "AppMore12.nested.template.json", "aws:asset:property": "TemplateURL"},
            },
        }
        texts = stack(parent) | {"cdk.out/AppMore12.nested.template.json": json.dumps(nested)}
        (found,) = functions(texts | {f"{ASSET}/index.js": READ})
        assert found.id.unit == "cdk.out/App.template.json#More"
        bare = {key: body if key != "More" else {**body, "Metadata": {}} for key, body in parent.items()}
        texts |= stack(bare)
        texts["cdk.out/App.assets.json"] = json.dumps(
            {"files": {"ab" * 32: {"source": {"path": "AppMore12.nested.template.json"}}}}
        )
        assert functions(texts | {f"{ASSET}/index.js": READ})[0].id.unit == "cdk.out/App.template.json#More"

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"artifacts": []}', '{"artifacts": {"App": 1}}', "\0", "null"])
    @pytest.mark.parametrize("name", ["manifest.json", "App.assets.json", "tree.json"])
    def test_with_a_broken_part_loses_nothing_else(self, name: str, text: str) -> None:
        texts = stack() | {f"{ASSET}/index.js": BUNDLE, "lambda/get.js": READ, f"cdk.out/{name}": text}
        assert alarms(texts) == ["iam/missing-action lambda/get.js"]

    @pytest.mark.parametrize(
        "asset", ["asset.gone", "../../../asset", "/", "", "C:\\", f"asset.{HASH}.zip", "\\\\x\\y"]
    )
    def test_with_an_asset_that_is_not_there_is_told_as_code_that_is_not_read(self, asset: str) -> None:
        (found,) = functions(stack(function(Metadata={"aws:asset:path": asset})))
        assert found.code.link is Link.MISSING

    def test_without_its_nested_template_is_read_as_far_as_it_goes(self) -> None:
        nested = {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": "x"},
            "Metadata": {"aws:asset:path": "Gone.nested.template.json"},
        }
        texts = stack(function() | {"More": nested}) | {f"{ASSET}/index.js": BUNDLE, "lambda/get.js": READ}
        assert alarms(texts) == ["iam/missing-action lambda/get.js"]

    def test_that_git_ignores_is_looked_into_where_it_is_named(self, tmp_path: Path) -> None:
        for path, text in (stack() | {".gitignore": "cdk.out\n", f"{ASSET}/index.js": READ}).items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        (tmp_path / "crosswire.toml").write_text("")
        files, _ = discover([tmp_path])
        assert not build_wiring(files).functions
        files, _ = discover([tmp_path, tmp_path / "cdk.out"])
        assert len(build_wiring(files).functions) == 1


def test_what_an_asset_holds_is_no_app_and_no_template_by_itself() -> None:
    template = "Resources:\n  More:\n    Type: AWS::SQS::Queue\n"
    package = '{"name": "site", "scripts": {"start": "node index.js"}, "dependencies": {"express": "4"}}'
    texts = stack() | {f"{ASSET}/index.js": READ, f"{ASSET}/package.json": package, f"{ASSET}/template.yaml": template}
    wiring = build_wiring(Files.from_texts(texts))
    assert [unit.id for unit in wiring.units] == ["cdk.out/App.template.json"]
    assert len(wiring.functions) == 1


# Mistakes in the fixtures, each found where people act


@cache
def texts_of(name: str) -> dict[str, str]:
    files = Files.below(FIXTURES / name)
    sources = {path: files.read(path) for path in files.paths}
    return {path: source.text for path, source in sources.items() if isinstance(source, Source)}


def found(name: str, path: str, pattern: str, replacement: str) -> list[Finding]:
    texts = dict(texts_of(name))
    texts[path], count = re.subn(pattern, replacement, texts[path], count=1)
    assert count
    report = lint(Files.from_texts(texts), load(rule_ids()))
    return [one for one in report.findings if one.severity is not Severity.NOTE]


@pytest.mark.parametrize(
    ("name", "path", "pattern", "replacement", "told"),
    [
        (
            "cdk-ts",
            "cdk.out/Bookings.template.json",
            r'"dynamodb:PutItem",\s*',
            "",
            ["iam/missing-action lambda/shared/bookings.ts"],
        ),
        (
            "cdk-ts",
            "cdk.out/Bookings.template.json",
            r'"RECEIPTS_BUCKET": \{[^}]*\}',
            '"RECEIPTS": "x"',
            ["env/not-set lambda/create-booking.ts"],
        ),
        (
            "cdk-ts",
            "cdk.out/BookingsNightly7D1C3A55.nested.template.json",
            r'"dynamodb:DeleteItem",\s*',
            "",
            ["iam/missing-action jobs/sweep/index.js"],
        ),
        (
            "cdk-ts",
            "cdk.out/Bookings.template.json",
            r'"IndexName": "by-guest"',
            '"IndexName": "by-visitor"',
            ["schema/unknown-index lambda/shared/bookings.ts"],
        ),
        (
            "cdk-ts",
            "lib/bookings-stack.reminder.ts",
            r"ScanCommand\(\{",
            'UpdateCommand({ Key: { room: "a", start: "b" },',
            [],
        ),
        (
            "cdk-python",
            "functions/take/app.py",
            r'keep\(reading\["meter"\]',
            'keep(at=1, value=2, meter=__import__("os").environ["METER"]); keep(reading["meter"]',
            ["env/not-set functions/take/app.py"],
        ),
        (
            "cdk-python",
            "functions/forward/main.py",
            r"sqs\.send_message",
            "sqs.purge_queue(QueueUrl=os.environ['INCOMING_URL']); sqs.send_message",
            ["iam/missing-action functions/forward/main.py"],
        ),
        (
            "cdk-python",
            "layers/storage/python/storage.py",
            r'"meter": meter, ',
            "",
            ["schema/key-mismatch layers/storage/python/storage.py"],
        ),
    ],
)
def test_a_mistake_is_told_at_the_source(name: str, path: str, pattern: str, replacement: str, told: list[str]) -> None:
    assert [f"{one.rule} {one.span.path}" for one in found(name, path, pattern, replacement)] == told


def test_a_template_that_is_named_brings_what_lies_beside_it(tmp_path: Path) -> None:
    for path, text in (stack() | {".gitignore": "cdk.out\n", f"{ASSET}/index.js": READ}).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "crosswire.toml").write_text("")
    files, _ = discover([tmp_path / "cdk.out/App.template.json"])
    (found,) = build_wiring(files).functions
    assert found.code.entry == f"{ASSET}/index.js"
