"""Functions of a Terraform configuration in; environment, role, code hint and who names them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.terraform_building import SPAN, UNIT, UNKNOWN, block, configuration, instance, json, ref

from crosswire.frontends.code.locate import Locator
from crosswire.frontends.lowered import CodeHint, Lowered
from crosswire.frontends.terraform.code_hints import telling_name
from crosswire.frontends.terraform.configuration import Instance
from crosswire.frontends.terraform.lambda_functions import function_refs, lower_functions
from crosswire.frontends.terraform.values import Either, Leaf, Listing, Object
from crosswire.project import Files
from crosswire.values import Concat, Const, If, Parameter, ResourceId, Unknown, Value
from crosswire.wiring.function import Link

if TYPE_CHECKING:
    from crosswire.frontends.terraform.configuration import Configuration
    from crosswire.wiring.function import Function

ARN = ref("aws_lambda_function.orders")
ID = ResourceId(UNIT, "aws_lambda_function.orders")
REGION = Parameter("AWS", "Region")


def lowered(config: Configuration) -> dict[str, tuple[Function, CodeHint]]:
    into = Lowered()
    lower_functions(config, into)
    return {function.id.address: (function, hint) for function, hint in into.functions}


def function(arguments: dict[str, Any], others: dict[str, Any] | None = None, **more: Any) -> tuple[Function, CodeHint]:
    config = configuration({"aws_lambda_function.orders": arguments, **(others or {})}, **more)
    return lowered(config)["aws_lambda_function.orders"]


def hint(arguments: dict[str, Any], others: dict[str, Any] | None = None) -> CodeHint:
    return function(arguments, others)[1]


def test_a_function_with_its_environment_and_role() -> None:
    found, where = function(
        {
            "function_name": "orders",
            "handler": "app.handler",
            "runtime": "python3.13",
            "role": ref("aws_iam_role.fn"),
            "environment": [{"variables": {"TABLE": ref("aws_dynamodb_table.t", "name"), "OFF": None}}],
        },
        {"aws_iam_role.fn": {"name": "fn"}},
    )
    assert (found.handler, found.runtime, found.name) == ("app.handler", "python3.13", Const("orders"))
    assert found.role.id == ResourceId(UNIT, "aws_iam_role.fn") and found.blind_spots == ()
    assert [*found.env.variables] == ["TABLE"] and found.env.complete and found.env.left_out == {"OFF"}
    assert found.env.variables["TABLE"].value == ref("aws_dynamodb_table.t", "name")
    assert (where.handler, where.runtime, where.unit_path) == ("app.handler", "python3.13", "infra/main.tf")


@pytest.mark.parametrize(
    "environment",
    [
        UNKNOWN,
        Listing([], SPAN, complete=False),
        [{"variables": UNKNOWN}],
        [{"variables": Object({}, SPAN, complete=False)}],
        [{"variables": Either("infra:c", block({"A": "x"}), Leaf(UNKNOWN, SPAN, "any"), SPAN)}],
    ],
)
def test_an_environment_that_is_not_all_known(environment: Any) -> None:
    found, _ = function({"environment": environment})
    assert not found.env.complete and [spot.kind for spot in found.blind_spots] == ["environment"]


def test_no_environment_is_a_known_one() -> None:
    assert function({})[0].env.complete and function({"environment": None})[0].env.complete


ARCHIVE = {"source_dir": "../src/orders", "output_path": "build/orders.zip"}


@pytest.mark.parametrize("filename", [ref("data.archive_file.a", "output_path"), Const("build/orders.zip")])
def test_an_archive_leads_to_what_is_packed(filename: Value) -> None:
    given = {"filename": filename, "handler": "app.handler"}
    assert hint(given, {"data.archive_file.a": ARCHIVE}).uri == "../src/orders"
    assert hint(given, {"data.archive_file.a": {**ARCHIVE, "source_dir": None, "source_file": "x.py"}}).uri == "x.py"


def test_an_archive_may_be_uploaded_first() -> None:
    others = {
        "data.archive_file.a": ARCHIVE,
        "aws_s3_object.o": {"key": "v1/orders.zip", "source": ref("data.archive_file.a", "output_path")},
        "aws_s3_object.p": {"key": "v1/plain.zip", "source": "dist/plain.zip"},
    }
    assert hint({"s3_bucket": "b", "s3_key": ref("aws_s3_object.o", "key")}, others).uri == "../src/orders"
    assert hint({"s3_bucket": "b", "s3_key": "v1/orders.zip"}, others).uri == "../src/orders"
    assert hint({"s3_bucket": "b", "s3_key": ref("aws_s3_object.p", "id")}, others).uri == "dist/plain.zip"
    assert hint({"s3_bucket": "b", "s3_key": "v1/far.zip"}, others).s3_key == "v1/far.zip"


def test_an_archive_of_single_files() -> None:
    file = Leaf(Const("def handler(): ..."), SPAN, file="infra/code/orders.py")
    text = Leaf(Const("def handler(): pass"), SPAN)
    sources = [{"filename": "app.py", "content": file}, {"filename": "other.py", "content": text}]
    others = {"data.archive_file.a": {"output_path": "a.zip", "source": sources}}
    assert hint({"filename": "a.zip", "handler": "app.handler"}, others).uri == "code/orders.py"
    inline = hint({"filename": "a.zip", "handler": "other.handler"}, others)
    assert (inline.inline_text, inline.inline_span) == ("def handler(): pass", SPAN)
    assert hint({"filename": "a.zip", "handler": "none.handler"}, others).s3_key == ""


def test_a_stand_in_for_code_that_comes_later_is_not_read() -> None:
    text = Leaf(Const("exports.handler = () => {}"), SPAN)
    source = {"output_path": "a.zip", "source": [{"filename": "index.js", "content": text}]}
    given = {"filename": "a.zip", "handler": "index.handler"}
    archive = instance("data.archive_file.a", source)
    fixed, later = (
        Instance(ID, "aws_lambda_function", "orders", SPAN, "", lambda: block(given), frozenset(ignored))
        for ignored in ((), ("source_code_hash",))
    )
    assert lowered(configuration({}, archive, fixed))[ID.address][1].inline_text is not None
    assert lowered(configuration({}, archive, later))[ID.address][1].s3_key == ""
    readme = {"data.archive_file.a": {**source, "source": [{"filename": "dummy.txt", "content": text}]}}
    assert hint(given, readme).s3_key == "" and hint(given, readme).inline_text is None


def test_a_file_name_that_is_not_known_is_looked_for_by_the_functions_name() -> None:
    assert hint({"filename": UNKNOWN}).s3_key == "" and hint({}).s3_key == ""
    assert hint({"filename": Concat((Parameter(UNIT, "dir"), Const("/orders.zip")))}).s3_key == "/orders.zip"
    assert hint({"filename": If("infra:c", Const("a.zip"), Unknown("no value (null)"))}).uri == "a.zip"


def test_archives_whose_paths_are_not_known_are_not_the_same() -> None:
    assert hint({"filename": UNKNOWN}, {"data.archive_file.a": {**ARCHIVE, "output_path": UNKNOWN}}).uri is None


def test_an_image_with_its_command() -> None:
    found = hint({"package_type": "Image", "image_uri": "x:1", "image_config": [{"command": ["app.handler"]}]})
    assert found.image and found.handler == "app.handler" and found.uri is None
    built = {"docker_image.i": {"name": "x", "build": [{"context": "../fn", "dockerfile": "Dockerfile.fn"}]}}
    found = hint({"package_type": "Image", "image_uri": ref("docker_image.i", "name")}, built)
    assert (found.docker_context, found.dockerfile) == ("../fn", "Dockerfile.fn")


def test_layers_are_folders() -> None:
    layer = ref("aws_lambda_layer_version.shared")
    arn = Concat((Const("arn:aws:lambda:"), REGION, Const(":1:layer:"), layer, Const(":3")))
    packed = {"filename": ref("data.archive_file.l", "output_path")}
    for shown in (layer, arn):
        others = {"aws_lambda_layer_version.shared": packed, "data.archive_file.l": {"source_dir": "../layer"}}
        assert hint({"layers": [shown, "arn:aws:lambda:far"]}, others).layers == ("../layer",)
    others = {"aws_lambda_layer_version.shared": {"filename": "layers/shared.zip"}}
    assert hint({"layers": [layer]}, others).layers == ("layers/shared",)


@pytest.mark.parametrize(
    ("unit", "address", "name"),
    [
        (UNIT, "aws_lambda_function.orders", "orders"),
        (UNIT, 'aws_lambda_function.each["get-order"]', "get-order"),
        (UNIT, "aws_lambda_function.orders[0]", "orders"),
        (f"{UNIT}#module.orders", "module.orders.aws_lambda_function.this[0]", "orders"),
        (f'{UNIT}#module.fn["a.b"]', 'module.fn["a.b"].aws_lambda_function.this', "a.b"),
        (f"{UNIT}#module.app#module.orders", "module.app.module.orders.aws_lambda_function.main", "orders"),
        (UNIT, "aws_lambda_function.this", "this"),
    ],
)
def test_the_part_of_an_address_that_tells_which_function_it_is(unit: str, address: str, name: str) -> None:
    assert telling_name(ResourceId(unit, address)) == name


def located(
    files: list[str], arguments: dict[str, Any], others: dict[str, Any] | None = None
) -> tuple[Link, str | None]:
    project = Files.from_texts(dict.fromkeys(files, ""))
    found = Locator(project).locate(hint({"runtime": "nodejs22.x", "handler": "index.handler", **arguments}, others))
    return found.link, found.entry


def test_code_is_found_from_what_the_configuration_packs() -> None:
    archive = {"filename": ref("data.archive_file.a", "output_path")}

    def packed(**source: str) -> dict[str, Any]:
        return {"data.archive_file.a": source}

    assert located(["src/index.js"], archive, packed(source_dir="../src")) == (Link.EXACT, "src/index.js")
    assert located(["src/index.js"], archive, packed(source_file="../src/index.js")) == (Link.EXACT, "src/index.js")
    assert located(["fn/orders/index.ts"], archive, packed(source_dir="../fn/orders/dist")) == (
        Link.NAMED,
        "fn/orders/index.ts",
    )
    assert located(["fn/orders/src/index.ts"], archive, packed(source_file="../fn/orders/dist/index.js")) == (
        Link.NAMED,
        "fn/orders/src/index.ts",
    )
    assert located(["fn/orders/index.js", "fn/users/index.js"], {"filename": "../out/orders.zip"}) == (
        Link.NAMED,
        "fn/orders/index.js",
    )
    assert located(["fn/orders/index.js", "fn/users/index.js"], {"s3_key": UNKNOWN}) == (
        Link.NAMED,
        "fn/orders/index.js",
    )


# References


def test_everything_that_names_a_function() -> None:
    invoke = Concat(
        (
            Const("arn:aws:apigateway:"),
            REGION,
            Const(":lambda:path/2015-03-31/functions/"),
            ARN,
            Const("/invocations"),
        )
    )
    config = configuration(
        {
            "aws_lambda_function.orders": {"function_name": "orders"},
            "aws_lambda_alias.live": {"name": "live", "function_name": ref("aws_lambda_function.orders", "name")},
            "data.aws_lambda_function.again": {"function_name": "orders"},
        },
        instance("aws_lambda_function.this", {"function_name": "inner"}, unit=f"{UNIT}#module.fn"),
    )
    refs = function_refs(config)
    live = Const("live")
    for value, qualifier in (
        (ARN, None),
        (invoke, None),
        (Const("orders"), None),
        (ref("data.aws_lambda_function.again"), None),
        (ref("aws_lambda_alias.live"), live),
        (ref("aws_lambda_alias.live", "name"), live),
        (Const("arn:aws:lambda:eu-west-1:1:function:orders:live"), live),
        (Concat((ARN, Const(":"), ref("aws_lambda_function.orders", "Version"))), ref(ID.address, "Version")),
    ):
        (found,) = refs.of_value(value)
        assert (found.target, found.qualifier) == (ID, qualifier)
    (inner,) = refs.of_value(ref("aws_lambda_function.this", unit=f"{UNIT}#module.fn"))
    assert inner.target == ResourceId(f"{UNIT}#module.fn", "aws_lambda_function.this")
    assert refs.of_value(UNKNOWN)[0].target is None
    assert refs.function_of(ResourceId(UNIT, "aws_lambda_alias.live")) == ID


@pytest.mark.parametrize(
    ("address", "arguments", "counts"),
    [
        ("aws_sns_topic_subscription.s", {"endpoint": ARN}, True),
        ("aws_lambda_function.other", {"environment": [{"variables": {"NEXT": ARN}}]}, True),
        ("aws_sfn_state_machine.s", {"definition": json({"States": {"A": {"Resource": ARN}}})}, True),
        ("aws_iam_role_policy.p", {"role": "x", "policy": json({"Statement": [{"Resource": ARN}]})}, True),
        ("data.aws_lambda_invocation.i", {"function_name": ARN}, True),
        ("data.aws_iam_policy_document.d", {"statement": [{"resources": [ARN]}]}, False),
        ("aws_lambda_permission.p", {"function_name": ARN}, False),
        ("aws_lambda_alias.live", {"function_name": ARN}, False),
        ("aws_cloudwatch_log_group.l", {"name": Concat((Const("/aws/lambda/"), ARN))}, False),
        ("aws_cloudwatch_metric_alarm.a", {"dimensions": {"FunctionName": ARN}}, False),
        ("aws_cloudwatch_metric_alarm.a", {"alarm_actions": [ARN]}, True),
        ("aws_cloudwatch_log_subscription_filter.f", {"destination_arn": ARN}, True),
        ("aws_cloudwatch_log_subscription_filter.f", {"log_group_name": ARN}, False),
        ("aws_x.y", {"triggers": {"hash": ref(ID.address, "source_code_hash")}}, False),
        ("aws_x.y", {"depends_on": [ARN]}, False),
    ],
)
def test_what_names_a_function_to_invoke_it_or_pass_it_on(
    address: str, arguments: dict[str, Any], counts: bool
) -> None:
    assert function({}, {address: arguments})[0].mentioned_by == ((SPAN,) if counts else ())


def test_an_alias_a_module_and_an_output_name_their_function_too() -> None:
    alias = {"aws_lambda_alias.live": {"function_name": ARN, "name": "live"}}
    by_alias = {**alias, "aws_x.y": {"target": ref("aws_lambda_alias.live")}}
    assert len(function({}, by_alias)[0].mentioned_by) == 1
    assert len(function({}, unread={"lambda": ARN})[0].mentioned_by) == 1
    assert len(function({}, outputs={"arn": ARN})[0].mentioned_by) == 1


def test_a_function_at_the_edge() -> None:
    association = {"lambda_function_association": [{"event_type": "viewer-request", "lambda_arn": ARN}]}
    assert function({}, {"aws_cloudfront_distribution.d": {"default_cache_behavior": [association]}})[0].edge
    trust = json({"Statement": [{"Effect": "Allow", "Principal": {"Service": ["edgelambda.amazonaws.com"]}}]})
    role = {"aws_iam_role.r": {"name": "r", "assume_role_policy": trust}}
    assert function({"role": ref("aws_iam_role.r")}, role)[0].edge
    assert not function({})[0].edge
