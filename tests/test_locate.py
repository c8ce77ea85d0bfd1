"""What a template says of a function's code, and files, in; the file that the function starts in out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crosswire.frontends.code.locate import Located, Locator
from crosswire.frontends.lowered import CodeHint
from crosswire.project import Files
from crosswire.wiring.function import Link


def find(files: dict[str, str] | list[str], handler: str | None, runtime: str | None, **parts: Any) -> Located:
    texts = files if isinstance(files, dict) else dict.fromkeys(files, "")
    given: dict[str, Any] = {"unit_path": "template.yaml", "logical_id": "OrdersFunction", **parts}
    hint = CodeHint(handler=handler, handler_span=None, runtime=runtime, **given)
    return Locator(Files.from_texts({hint.unit_path: "", **texts})).locate(hint)


PYTHON, NODE = "python3.12", "nodejs20.x"


@pytest.mark.parametrize(
    ("file", "uri", "handler", "runtime", "export", "root"),
    [
        ("src/app.py", "src/", "app.handler", PYTHON, ("handler",), "src"),
        ("src/app.py", ".", "src.app.handler", PYTHON, ("handler",), ""),
        ("src/app.py", ".", "src/app.handler", PYTHON, ("handler",), ""),
        ("src/h/a/__init__.py", "./src", "h.a.handler", PYTHON, ("handler",), "src"),
        ("app.py", None, "app.handler", PYTHON, ("handler",), ""),
        ("src/app.py", "src/app.py", "app.handler", PYTHON, ("handler",), "src"),
        ("src/app.js", "src", "app.handler", NODE, ("handler",), "src"),
        ("src/app.mjs", "src", "app.handler", NODE, ("handler",), "src"),
        ("src/app.ts", "src", "app.handler", NODE, ("handler",), "src"),
        ("src/app.ts", "src", "./app.handler", NODE, ("handler",), "src"),
        ("src/get/index.ts", ".", "src/get/index.handler", NODE, ("handler",), ""),
        ("src/get.user.ts", "src", "get.user.handler", NODE, ("handler",), "src"),
        ("src/app.js", "src", "app.orders.get", NODE, ("orders", "get"), "src"),
    ],
)
def test_code_at_the_path_that_the_template_names(
    file: str, uri: str | None, handler: str, runtime: str, export: tuple[str, ...], root: str
) -> None:
    found = find([file], handler, runtime, uri=uri)
    assert (found.link, found.entry, found.export, found.roots) == (Link.EXACT, file, export, (root,))


def test_paths_are_relative_to_the_template() -> None:
    found = find(["src/app.py"], "app.handler", PYTHON, uri="../src", unit_path="deploy/template.yaml")
    assert (found.link, found.entry) == (Link.EXACT, "src/app.py")


def test_layers_are_roots_behind_the_code() -> None:
    files = ["src/app.py", "layer/python/db.py"]
    found = find(files, "app.handler", PYTHON, uri="src", layers=("layer/", "gone"))
    assert found.roots == ("src", "layer")


def test_esbuild_entry_points_are_the_code() -> None:
    files = ["src/get-order.ts", "src/put-order.ts"]
    assert find(files, "get-order.handler", NODE, uri=".", entry_points=("src/get-order.ts",)).entry == files[0]
    both = find(files, "put-order.handler", NODE, uri=".", entry_points=tuple(files))
    assert (both.link, both.entry, both.export) == (Link.EXACT, files[1], ("handler",))


@pytest.mark.parametrize(
    ("source", "uri", "handler"),
    [
        ("src/app.ts", ".", "dist/app.handler"),
        ("src/app.ts", "dist/", "app.handler"),
        ("src/handlers/app.ts", "dist", "handlers/app.handler"),
        ("orders/src/app.ts", "orders/dist", "app.handler"),
        ("orders/app.ts", "orders/build/", "app.handler"),
        ("orders/src/app.ts", "orders", "app.handler"),
        ("orders/app.ts", "orders.zip", "app.handler"),
        ("orders/app.ts", "orders/function.zip", "app.handler"),
    ],
)
def test_the_source_behind_build_output(source: str, uri: str, handler: str) -> None:
    found = find([source], handler, NODE, uri=uri)
    assert (found.link, found.entry) == (Link.NAMED, source)


def test_tsconfig_tells_where_output_comes_from() -> None:
    files = {
        "tsconfig.json": '{"compilerOptions": {"outDir": "./target", "rootDir": "./code"}}',
        "code/app.ts": "",
    }
    found = find(files, "target/app.handler", NODE, uri=".")
    assert (found.link, found.entry) == (Link.EXACT, "code/app.ts")


def test_an_archive_in_s3_is_found_by_the_name_of_the_function() -> None:
    files = ["functions/orders/index.js", "functions/users/index.js"]
    found = find(files, "index.handler", NODE, s3_key="builds/abc.zip")
    assert (found.link, found.entry, found.roots) == (Link.NAMED, files[0], ("functions/orders",))
    assert find(files, "index.handler", NODE, s3_key="v1/users.zip", logical_id="F").entry == files[1]


def test_a_telling_handler_is_found_wherever_it_is() -> None:
    found = find(["code/create_order.py"], "create_order.handler", PYTHON, s3_key="x.zip")
    assert (found.link, found.entry, found.roots) == (Link.NAMED, "code/create_order.py", ("code",))


@pytest.mark.parametrize(
    "files",
    [["users/index.js"], ["a/index.js", "b/index.js"], ["a/orders/index.js", "b/orders/index.js"], ["orders/index.py"]],
)
def test_code_is_not_guessed(files: list[str]) -> None:
    found = find(files, "index.handler", NODE, s3_key="x.zip")
    assert (found.link, found.entry) == (Link.MISSING, None)
    assert "index.handler" in found.why


def test_a_folder_without_the_handler_is_the_fallback() -> None:
    found = find(["src/other.py", "src/more.py"], "app.handler", PYTHON, uri="src")
    assert (found.link, found.entry, found.folder, found.roots) == (Link.FOLDER, None, "src", ("src",))


def test_a_folder_without_code_of_the_language_is_none() -> None:
    assert find(["src/other.js"], "app.handler", PYTHON, uri="src").link is Link.MISSING


@pytest.mark.parametrize("runtime", ["java21", "provided.al2023", "dotnet8", "ruby3.3", "go1.x"])
def test_other_languages_are_not_read(runtime: str) -> None:
    found = find(["src/app.py"], "app.handler", runtime, uri="src")
    assert (found.link, found.why) == (Link.MISSING, f"the runtime {runtime} is not read")


def test_an_unknown_runtime_may_be_either() -> None:
    assert find(["src/app.ts"], "app.handler", None, uri="src").entry == "src/app.ts"
    assert find(["src/app.py"], "app.handler", None, uri="src").entry == "src/app.py"


def test_inline_code_is_in_the_template() -> None:
    found = find([], "index.main", PYTHON, inline_text="def main(event, context): pass")
    assert (found.link, found.entry, found.export) == (Link.EXACT, None, ("main",))


@pytest.mark.parametrize("layer", ["layer/db", "layer/db/dist/db", "layer/db/build/x", "layer/db/db"])
def test_a_layer_that_is_built_is_made_of_the_folder_that_it_is_built_in(layer: str) -> None:
    found = find(["src/app.py", "layer/db/shop/tables.py"], "app.handler", PYTHON, uri="src", layers=(layer,))
    assert found.roots == ("src", "layer/db")


def test_code_outside_of_the_check_is_missing() -> None:
    assert find(["app.py"], "app.handler", PYTHON, uri="../elsewhere").link is Link.MISSING


@pytest.mark.parametrize(
    ("dockerfile", "file"),
    [
        ('FROM x\nCOPY app.py ${LAMBDA_TASK_ROOT}\nCMD ["app.handler"]', "api/app.py"),
        ('COPY --chown=a src/ ./\nCMD [ "app.handler" ]', "api/src/app.py"),
        ('COPY . .\nCMD ["src.app.handler"]', "api/src/app.py"),
        ("COPY src/* \\\n  ./\nCMD app.handler", "api/src/app.py"),
        ('COPY --from=build /out ./\nCMD ["dist/app.handler"]', "api/src/app.ts"),
    ],
)
def test_an_image_starts_where_its_dockerfile_says(dockerfile: str, file: str) -> None:
    files = {"api/Dockerfile": dockerfile, file: ""}
    found = find(files, None, None, image=True, docker_context="./api")
    assert (found.link, found.entry, found.export) == (Link.EXACT, file, ("handler",))


@pytest.mark.parametrize(
    ("files", "context"),
    [
        ({}, None),
        ({}, "api"),
        ({"api/Dockerfile": 'CMD ["/run.sh"]'}, "api"),
        ({"api/Dockerfile": "CMD [bad"}, "api"),
        ({"api/Dockerfile": 'CMD ["app.handler"]'}, "api"),
    ],
)
def test_an_image_that_tells_nothing_is_missing(files: dict[str, str], context: str | None) -> None:
    found = find(files, None, None, image=True, docker_context=context)
    assert found.link is Link.MISSING
    assert found.why


@pytest.mark.parametrize("handler", ["", ".", "handler", "..", "/", "a/", "../x.handler"])
def test_odd_handlers_are_missing(handler: str) -> None:
    assert find(["src/app.py"], handler, PYTHON, uri="gone").link is Link.MISSING
    assert find(["src/app.py"], handler, NODE, uri="gone").link is Link.MISSING


@pytest.mark.parametrize(
    ("scripts", "handler", "file"),
    [
        ({"build": "ncc build src/lambda.ts -o dist", "lint": "eslint src"}, "index.webhook", "src/lambda.ts"),
        ({"dist": "npm t && esbuild src/entry.ts --bundle --outfile=dist/main.js"}, "main.webhook", "src/entry.ts"),
        ({"build": "esbuild src/hooks.ts --bundle --outdir=out"}, "hooks.webhook", "src/hooks.ts"),
        ({"build": "esbuild src/entry.ts --bundle --outfile=dist/main.js"}, "index.webhook", None),
        ({"build": "ncc build src/lambda.ts", "other": "ncc build src/hooks.ts"}, "index.webhook", None),
    ],
)
def test_a_bundle_is_made_of_what_its_package_says(scripts: dict[str, str], handler: str, file: str | None) -> None:
    package = json.dumps({"scripts": scripts})
    sources = {f"api/{path}": "" for path in ("src/lambda.ts", "src/entry.ts", "src/hooks.ts")}
    found = find(
        {"api/package.json": package, **sources}, handler, NODE, uri="../api/hooks.zip", unit_path="infra/x.tf"
    )
    assert found.entry == (None if file is None else f"api/{file}")
    assert found.link is (Link.MISSING if file is None else Link.NAMED)


def test_an_archive_may_be_called_by_two_folders() -> None:
    files = ["api/consumer/readPointer/read_pointer.py", "api/producer/readPointer/read_pointer.py"]
    found = find(files, "read_pointer.handler", PYTHON, uri="dist/producer-readPointer.zip", logical_id="this")
    assert (found.link, found.entry) == (Link.NAMED, files[1])


@pytest.mark.parametrize(
    ("handler", "file", "found"),
    [
        ("shop_orders.app.handler", "src/shop_orders/app.py", True),
        ("lambda_functions.app.handler", "src/lambda_functions/app.py", False),
        ("src.app.handler", "api/src/app.py", False),
    ],
)
def test_a_package_of_a_proper_name_is_found_wherever_it_is(handler: str, file: str, found: bool) -> None:
    place = find([file], handler, PYTHON, uri="../dist/lambda.zip", unit_path="infra/main.tf")
    assert place.entry == (file if found else None)


def test_a_bundle_is_known_by_its_whole_path() -> None:
    build = "esbuild src/a.ts --bundle --outfile=dist/a/index.mjs && esbuild src/b.ts --outfile=dist/b/index.mjs"
    files = {"api/package.json": json.dumps({"scripts": {"build": build}}), "api/src/a.ts": "", "api/src/b.ts": ""}
    found = find(files, "index.handler", NODE, uri="../api/dist/b", unit_path="infra/main.tf")
    assert (found.link, found.entry) == (Link.NAMED, "api/src/b.ts")


def test_what_sam_builds_is_made_of_the_only_file_beside_it() -> None:
    files = ["orders/app/__init__.py", "orders/app/app.py", "users/app/app.py"]
    given = {"uri": "../orders/.aws-sam/build/Orders/", "unit_path": "infra/main.tf"}
    found = find(files, "app.handler", PYTHON, **given)
    assert (found.link, found.entry, found.roots) == (Link.NAMED, "orders/app/app.py", ("orders/app",))
    assert find([*files, "orders/more/app.py"], "app.handler", PYTHON, **given).link is Link.MISSING


@pytest.mark.parametrize(
    ("archive", "handler", "found"),
    [
        ("lambda.zip", "index.handler", True),
        ("index.zip", "index.handler", True),
        ("users.zip", "index.handler", False),
    ],
)
def test_an_archive_of_a_usual_name_holds_the_file_beside_it(archive: str, handler: str, found: bool) -> None:
    place = find(["infra/index.js"], handler, NODE, uri=archive, unit_path="infra/main.tf")
    assert place.entry == ("infra/index.js" if found else None)


def test_a_telling_handler_may_be_a_folder() -> None:
    files = ["api/orders/create/index.ts", "api/orders/create/dto.ts"]
    assert find(files, "orders/create.handler", NODE, s3_key="").entry == files[0]
