"""What the variables of serverless.yml stand for."""

from __future__ import annotations

import pytest
from tests.serverless_building import alarms, by_stage, service, text, variable, wiring_of, with_orders

from crosswire.values import Concat, Const, Parameter, Ref, Unknown, Value

STAGE = Parameter("serverless", "sls:stage")


def given(value: str, custom: str = "", **files: str) -> Value:
    """What a variable of a function is with this value in serverless.yml."""
    more = f"custom:\n{custom}" if custom else ""
    return variable(service(f"environment:\n  X: {value}", more=more, **files), "X")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        ("${self:service}", "shop"),
        ("${self:service}-${self:provider.name}", "shop-aws"),
        ("${self:custom.a}", "one"),
        ("${self:custom.list.1}", "second"),
        ("${self:custom.deep.${self:custom.key}}", "found"),
        ("${self:custom.missing, 'other'}", "other"),
        ("${self:custom.missing, self:custom.a}", "one"),
        ("${self:custom.missing, ${self:custom.a}}", "one"),
        ("\"${self:custom.missing, 'a, b (c)'}\"", "a, b (c)"),
        ("${self:custom.nothing, 'given instead'}", "given instead"),
        ("${self:custom.missing, 12}", "12"),
        ("${strToBool(${self:custom.a})}", "one"),
        ("${self:custom.chain}", "one!"),
        ("${self:functions.get.handler}", "app.handler"),
        ("${file(./more.yml):deep.key}", "from a file of shop"),
        ("${file(more.json):key}", "from json"),
        ("${file(./${self:custom.which}.json):key}", "from json"),
        ("${file(text.txt)}", "all of it"),
    ],
)
def test_what_is_written_is_put_in(value: str, expected: str) -> None:
    custom = (
        "  a: one\n  list: [first, second]\n  key: name\n  deep: {name: found}\n"
        "  nothing: null\n  chain: ${self:custom.link}!\n  link: ${self:custom.a}\n  which: more\n"
    )
    files = {
        "more___yml": "deep: {key: 'from a file of ${self:service}'}",
        "more___json": '{"key": "from json"}',
        "text___txt": "all of it",
    }
    assert text(given(value, custom, **files)) == expected


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("${env:TOKEN_URL}", "env:TOKEN_URL"),
        ("${ssm:/shop/url}", "ssm:/shop/url"),
        ("${ssm(eu-west-1):/shop/url}", "ssm(eu-west-1):/shop/url"),
        ("${s3:bucket/key}", "s3:bucket/key"),
        ("${cf:network-${sls:stage}.VpcId}", "cf:network-${sls:stage}.VpcId"),
        ("${cf.us-east-1:network.VpcId}", "cf.us-east-1:network.VpcId"),
        ("${opt:color}", "opt:color"),
        ("${param:url}", "param:url"),
        ("${git:sha1}", "git:sha1"),
        ("${file(./made-by-the-build.yml):key}", "file(./made-by-the-build.yml):key"),
        ("${file(./settings.js):url}", "file(./settings.js):url"),
    ],
)
def test_what_only_the_deployment_can_tell_is_a_symbol(value: str, name: str) -> None:
    found = given(value)
    assert isinstance(found, Parameter)
    assert found.name == name


def test_the_fallback_of_what_may_be_given_is_its_default() -> None:
    found = given("${env:COLOR, 'red'}")
    assert isinstance(found, Parameter)
    assert (found.name, found.default) == ("env:COLOR", "red")


@pytest.mark.parametrize(
    "value",
    ["${sls:stage}", "${opt:stage, 'dev'}", "${opt:stage, self:provider.stage}", "${self:provider.stage}"],
)
def test_the_stage_is_one_symbol_however_it_is_asked_for(value: str) -> None:
    found = given(value)
    assert found == STAGE
    assert isinstance(found, Parameter)
    assert found.default == "dev"


def test_the_stage_falls_back_to_what_the_provider_says() -> None:
    found = variable(service("stage: ${opt:stage, self:custom.usual}\nenvironment: {X: '${sls:stage}'}",
                             more="custom: {usual: test}"), "X")  # fmt: skip
    assert isinstance(found, Parameter)
    assert found.default == "test"


def test_region_and_account_are_those_of_the_deployment() -> None:
    parts = given("${self:provider.region}/${opt:region, 'us-east-1'}/${aws:region}/${aws:accountId}")
    assert isinstance(parts, Concat)
    names = [part.name for part in parts.parts if isinstance(part, Parameter)]
    assert names == ["Region", "Region", "Region", "AccountId"]


def test_a_map_by_stages_gives_each_stage_its_own() -> None:
    more = "custom:\n  tables: {dev: orders-dev, prod: orders}\n"
    texts = service("environment: {X: '${self:custom.tables.${sls:stage}}'}", more=more)
    assert by_stage(texts, "X") == {"dev": Const("orders-dev"), "prod": Const("orders")}


def test_what_a_map_by_stages_lacks_is_the_fallback() -> None:
    custom = "  tables: {dev: orders-dev, usual: 'orders-${sls:stage}'}\n"
    found = given("${self:custom.tables.${sls:stage}.none, self:custom.tables.usual}", custom)
    assert found == Concat((Const("orders-"), STAGE))


def test_parameters_are_those_of_the_stage() -> None:
    more = "params: {default: {url: a}, prod: {url: b}}\n"
    texts = service("environment: {X: '${param:url}'}", more=more)
    assert by_stage(texts, "X") == {"dev": Const("a"), "prod": Const("b")}


def test_stages_have_parameters_as_well() -> None:
    more = "stages: {default: {params: {url: a}}, prod: {params: {url: b}}}\n"
    texts = service("environment: {X: '${param:url}'}", more=more)
    assert by_stage(texts, "X") == {"dev": Const("a"), "prod": Const("b")}


def test_a_file_for_each_stage_is_read_for_that_stage() -> None:
    files = {"config__dev___yml": "url: a", "config__prod___yml": "url: b"}
    texts = service("environment: {X: '${file(config/${sls:stage}.yml):url}'}", **files)
    assert by_stage(texts, "X") == {"dev": Const("a"), "prod": Const("b")}


def test_what_stands_in_fn_sub_is_put_into_its_text() -> None:
    custom = "  arn: arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:jobs-${sls:stage}\n"
    found = given("!Sub ${self:custom.arn}-${self:service}", custom)
    region, account = Parameter("AWS", "Region"), Parameter("AWS", "AccountId")
    ending = (Const(":jobs-"), STAGE, Const("-shop"))
    assert found == Concat((Const("arn:aws:sqs:"), region, Const(":"), account, *ending))


def test_pseudo_parameters_of_the_plugin_are_put_in() -> None:
    texts = service("environment: {X: 'arn:#{AWS::Region}'}", more="plugins: [serverless-pseudo-parameters]")
    assert variable(texts, "X") == Concat((Const("arn:"), Parameter("AWS", "Region")))


def test_a_value_that_is_made_of_itself_is_unknown() -> None:
    custom = "  a: ${self:custom.b}\n  b: ${self:custom.a}\n  whole: ${self:custom}\n"
    found = given("${self:custom.a}", custom)
    assert isinstance(found, Unknown)
    assert "made of itself" in found.why
    assert isinstance(given("${self:custom.whole.whole.missing}", custom), Unknown)


def test_what_nothing_gives_is_unknown_with_a_reason() -> None:
    found = given("${self:custom.missing}", "  a: b\n")
    assert found == Unknown("`${self:custom.missing}`, which nothing gives")


def test_values_that_grow_beyond_measure_are_unknown() -> None:
    custom = "  a0: x\n"
    for number in range(11):
        custom += f"  a{number + 1}:\n" + f"    - ${{self:custom.a{number}}}\n" * 9
    assert isinstance(given("${self:custom.a11}", custom), Unknown)


def test_the_same_text_in_environment_and_policy_is_the_same_table() -> None:
    provider = """
    environment: {TABLE: '${self:custom.table}'}
    iamRoleStatements:
      - Effect: Allow
        Action: dynamodb:GetItem
        Resource: arn:aws:dynamodb:${opt:region, self:provider.region}:*:table/${self:custom.table}
    """
    texts = with_orders(provider, more="custom: {table: 'orders-${opt:stage, self:provider.stage}'}")
    assert alarms(texts) == []
    texts["serverless.yml"] = texts["serverless.yml"].replace("table/${self:custom.table}", "table/baskets")
    assert alarms(texts) == ["iam/wrong-resource: dynamodb:GetItem on table orders-${sls:stage}"]


def test_included_files_are_no_templates_of_their_own() -> None:
    texts = service("environment: {TABLE: !Ref Orders}", more="resources: '${file(tables.yml)}'")
    texts["tables.yml"] = "Resources: {Orders: {Type: 'AWS::DynamoDB::Table', Properties: {}}}\n"
    wiring = wiring_of(texts)
    assert [(unit.id, unit.files) for unit in wiring.units] == [("serverless.yml", ("serverless.yml", "tables.yml"))]
    table = next(one for one in wiring.resources if one.kind == "table")
    assert table.span.path == "tables.yml"
    assert variable(texts, "TABLE") == Ref(table.id, "name")


class TestUndefined:
    """Places of the configuration that are not there."""

    UNDEFINED = "input/undefined-variable: `${self:custom.tabel}`"
    CODE = "import os\ndef handler(event, context):\n    return os.environ['TABLE'], os.environ.get('A')\n"

    @pytest.mark.parametrize(
        "provider",
        [
            "environment: {TABLE: '${self:custom.tabel}'}",
            "environment: {TABLE: 'orders-${self:custom.tabel}'}",
        ],
    )
    def test_a_place_that_is_not_there_is_told(self, provider: str) -> None:
        texts = service(provider, more="custom: {table: orders}")
        texts["app.py"] = self.CODE
        assert alarms(texts) == [self.UNDEFINED]

    def test_it_is_told_once_for_all_stages(self) -> None:
        more = "custom: {table: orders}\nparams: {dev: {a: b}, prod: {a: c}}\n"
        texts = service("environment: {TABLE: '${self:custom.tabel}', A: '${param:a}'}", more=more)
        texts["app.py"] = self.CODE
        assert alarms(texts) == [self.UNDEFINED]

    @pytest.mark.parametrize(
        ("provider", "more"),
        [
            ("environment: {TABLE: '${self:custom.tabel, \"orders\"}'}", "custom: {table: orders}"),
            ("environment: {TABLE: '${self:custom.${sls:stage}.table}'}", "custom: {prod: {table: orders}}"),
            ("environment: {TABLE: '${self:custom.tabel}'}", "custom: '${file(custom.js)}'"),
            ("environment: {TABLE: '${self:custom.tabel}'}", "custom: '${file(gone.yml)}'"),
            ("environment: {TABLE: '${self:custom.tabel}'}", "custom: {}\nplugins: [./own]"),
            ("environment: {TABLE: '${param:tabel}'}", ""),
            ("environment: {TABLE: '${self:functions.get.name}'}", ""),
        ],
    )
    def test_what_may_be_there_is_not(self, provider: str, more: str) -> None:
        assert not [alarm for alarm in alarms(service(provider, more=more)) if alarm.startswith("input/")]


class TestDoubledBraces:
    """`${{...}}` of other tools."""

    def test_they_are_no_variable(self) -> None:
        assert given("'${{ env:TABLE }}'") == Const("${{ env:TABLE }}")

    def test_they_are_one_by_a_syntax_of_ones_own(self) -> None:
        syntax = 'variableSyntax: "\\\\${{([ ~:a-zA-Z0-9._@\'\\",\\\\-\\\\/\\\\(\\\\)]+?)}}"\n'
        texts = service(syntax + "environment: {TABLE: '${{self:custom.table}}'}", more="custom: {table: orders}")
        assert text(variable(texts, "TABLE")) == "orders"

    def test_a_secret_in_them_is_a_placeholder(self) -> None:
        texts = service("environment: {API_TOKEN: '${{ secrets.API_TOKEN }}'}")
        texts["app.py"] = "import os\ndef handler(event, context):\n    return os.environ['API_TOKEN']\n"
        assert alarms(texts) == ["secrets/placeholder: API_TOKEN"]
