"""Files and an import in; the file it means out."""

from __future__ import annotations

import json

import pytest

from crosswire.frontends.code.modules import External, Folder, Found, Missing, Resolver
from crosswire.project import Files


def resolve(
    files: dict[str, str] | list[str], importer: str, specifier: str, roots: tuple[str, ...] = ()
) -> Found | External | Missing:
    texts = files if isinstance(files, dict) else dict.fromkeys(files, "")
    return Resolver(Files.from_texts({importer: "", **texts})).resolve(importer, specifier, roots)


# JavaScript: relative paths


@pytest.mark.parametrize(
    ("file", "specifier"),
    [
        ("src/lib/db.ts", "./lib/db"),
        ("src/lib/db.ts", "./lib/db.js"),
        ("src/lib/db.tsx", "./lib/db.js"),
        ("src/lib/db.mts", "./lib/db.mjs"),
        ("src/lib/db.js", "./lib/db.js"),
        ("src/lib/db.cjs", "./lib/db"),
        ("src/lib/index.ts", "./lib"),
        ("src/lib/index.js", "./lib/"),
        ("src/index.ts", "."),
        ("shared/db.ts", "../shared/db"),
        ("src/get.user.ts", "./get.user"),
        ("src/config.json", "./config.json"),
        ("src/config.json", "./config"),
    ],
)
def test_relative_imports_find_files(file: str, specifier: str) -> None:
    assert resolve([file], "src/app.ts", specifier) == Found(file)


def test_the_language_of_the_importer_goes_first() -> None:
    files = ["src/db.js", "src/db.ts"]
    assert resolve(files, "src/app.ts", "./db") == Found("src/db.ts")
    assert resolve(files, "src/app.js", "./db") == Found("src/db.js")


def test_a_folder_with_a_package_is_its_main_file() -> None:
    files = {"lib/package.json": '{"main": "start.js"}', "lib/start.js": ""}
    assert resolve(files, "app.js", "./lib") == Found("lib/start.js")


def test_what_is_not_there_is_missing() -> None:
    assert resolve([], "src/app.ts", "./db") == Missing("./db")
    assert resolve([], "app.ts", "../../db") == Missing("../../db")


def test_files_that_are_no_code_are_external() -> None:
    assert resolve(["types.d.ts"], "app.ts", "./types") == External("types")
    assert resolve(["schema.graphql"], "app.ts", "./schema.graphql") == External("schema.graphql")


@pytest.mark.parametrize(
    ("specifier", "package"),
    [
        ("fs", "fs"),
        ("node:fs/promises", "node:fs"),
        ("@aws-sdk/client-dynamodb", "@aws-sdk/client-dynamodb"),
        ("lodash/get", "lodash"),
        ("./node_modules/uuid/index.js", "uuid"),
    ],
)
def test_packages_from_outside_are_external(specifier: str, package: str) -> None:
    assert resolve([], "src/app.ts", specifier) == External(package)


# JavaScript: aliases and local packages


def test_tsconfig_paths_with_comments_and_trailing_commas() -> None:
    files = {
        "tsconfig.json": '{ // a\n "compilerOptions": {"baseUrl": "./", /* b */ "paths": {"@/*": ["src/*",],},},}',
        "src/lib/db.ts": "",
    }
    assert resolve(files, "src/app.ts", "@/lib/db") == Found("src/lib/db.ts")
    assert resolve(files, "src/app.ts", "@/lib/gone") == Missing("@/lib/gone")
    assert resolve(files, "src/app.ts", "src/lib/db") == Found("src/lib/db.ts")
    assert resolve(files, "src/app.ts", "uuid") == External("uuid")


@pytest.mark.parametrize("file", ["src/styles.css", "src/styles.d.ts"])
def test_an_alias_of_what_is_no_code_is_external(file: str) -> None:
    config = json.dumps({"compilerOptions": {"paths": {"@/*": ["src/*"]}}})
    specifier = "@/styles.css" if file.endswith("css") else "@/styles"
    assert isinstance(resolve({"tsconfig.json": config, file: ""}, "src/app.ts", specifier), External)


def test_tsconfig_paths_are_inherited() -> None:
    files = {
        "tsconfig.base.json": '{"compilerOptions": {"paths": {"@org/db": ["libs/db/src/index.ts"]}}}',
        "apps/a/tsconfig.json": '{"extends": "../../tsconfig.base.json"}',
        "libs/db/src/index.ts": "",
    }
    assert resolve(files, "apps/a/src/app.ts", "@org/db") == Found("libs/db/src/index.ts")


def test_a_tsconfig_that_extends_itself_is_read() -> None:
    files = {"tsconfig.json": '{"extends": "./tsconfig.json", "compilerOptions": {"baseUrl": "."}}', "db.ts": ""}
    assert resolve(files, "app.ts", "db") == Found("db.ts")


def test_the_longest_alias_wins() -> None:
    paths = {"@/*": ["a/*"], "@/db/*": ["b/*"]}
    files = {"tsconfig.json": json.dumps({"compilerOptions": {"paths": paths}}), "a/db/x.ts": "", "b/x.ts": ""}
    assert resolve(files, "app.ts", "@/db/x") == Found("b/x.ts")


@pytest.mark.parametrize(
    "package",
    [
        {},
        {"main": "dist/index.js", "types": "dist/index.d.ts"},
        {"exports": {".": {"import": "./dist/index.mjs", "types": "./dist/index.d.ts"}}},
        {"exports": "./src/index.ts"},
    ],
)
def test_a_local_package_is_its_source(package: dict[str, object]) -> None:
    files = {"packages/db/package.json": json.dumps({"name": "@org/db", **package}), "packages/db/src/index.ts": ""}
    assert resolve(files, "functions/a/app.ts", "@org/db") == Found("packages/db/src/index.ts")


def test_subpaths_of_a_local_package() -> None:
    exports = {".": "./dist/index.js", "./*": "./dist/*.js"}
    files = {
        "packages/db/package.json": json.dumps({"name": "@org/db", "exports": exports}),
        "packages/db/src/orders.ts": "",
        "packages/db/src/index.ts": "",
    }
    assert resolve(files, "app.ts", "@org/db/orders") == Found("packages/db/src/orders.ts")


def test_of_packages_with_one_name_the_nearest_counts() -> None:
    files = {
        "one/lib/package.json": '{"name": "lib"}',
        "one/lib/index.js": "",
        "two/lib/package.json": '{"name": "lib"}',
        "two/lib/index.js": "",
    }
    assert resolve(files, "two/app/app.js", "lib") == Found("two/lib/index.js")
    assert resolve(files, "three/app.js", "lib") == External("lib")


def test_a_local_package_without_its_file_is_missing() -> None:
    assert resolve({"lib/package.json": '{"name": "lib"}'}, "app.js", "lib") == Missing("lib")


def test_internal_imports_of_a_package() -> None:
    files = {"package.json": '{"imports": {"#lib/*": "./src/lib/*.js"}}', "src/lib/db.ts": ""}
    assert resolve(files, "src/app.ts", "#lib/db") == Found("src/lib/db.ts")
    assert resolve(files, "src/app.ts", "#gone") == Missing("#gone")


@pytest.mark.parametrize(
    ("specifier", "file"),
    [
        ("/opt/nodejs/db", "layer/nodejs/db.js"),
        ("/opt/nodejs/db", "layer/db.ts"),
        ("/opt/db.js", "layer/db.js"),
        ("db", "layer/nodejs/node_modules/db/index.js"),
        ("db", "layer/nodejs/db.js"),
    ],
)
def test_layers_hold_modules(specifier: str, file: str) -> None:
    answer = resolve([file], "src/app.js", specifier, ("src", "layer"))
    assert answer == (External("db") if "node_modules" in file else Found(file))


def test_an_alias_may_stand_for_a_layer() -> None:
    config = {"compilerOptions": {"paths": {"/opt/nodejs/*": ["layers/shared/*"]}}}
    files = {"tsconfig.json": json.dumps(config), "layers/shared/db.ts": ""}
    assert resolve(files, "src/app.ts", "/opt/nodejs/db") == Found("layers/shared/db.ts")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"exports": [[[[[[[["./a.js"]]]]]]]], "name": 3}', '"' * 9])
def test_broken_configurations_are_ignored(text: str) -> None:
    files = {"package.json": text, "tsconfig.json": text}
    assert resolve(files, "app.ts", "lib") == External("lib")


# Python


@pytest.mark.parametrize(
    ("file", "specifier"),
    [
        ("src/db.py", "db"),
        ("src/db/__init__.py", "db"),
        ("src/lib/db.py", "lib.db"),
        ("layer/python/db.py", "db"),
        ("layer/python/lib/python3.12/site-packages/db.py", "db"),
        ("layer/db/__init__.py", "db"),
    ],
)
def test_absolute_imports_start_at_the_roots(file: str, specifier: str) -> None:
    assert resolve([file], "src/handlers/app.py", specifier, ("src", "layer")) == Found(file)


@pytest.mark.parametrize(
    ("file", "specifier"),
    [
        ("src/app/db.py", ".db"),
        ("src/app/__init__.py", "."),
        ("src/lib/db.py", "..lib.db"),
        ("src/__init__.py", ".."),
    ],
)
def test_relative_imports_count_dots(file: str, specifier: str) -> None:
    assert resolve([file], "src/app/main.py", specifier, ("src",)) == Found(file)


def test_a_relative_import_of_nothing_is_missing() -> None:
    assert resolve([], "src/app.py", ".db", ("src",)) == Missing(".db")
    assert resolve([], "app.py", "....db", ("",)) == Missing("....db")


def test_the_code_goes_before_layers() -> None:
    files = ["src/db.py", "layer/python/db.py"]
    assert resolve(files, "src/app.py", "db", ("src", "layer")) == Found("src/db.py")


def test_a_package_without_init_is_a_folder_of_modules() -> None:
    resolver = Resolver(Files.from_texts({"src/app.py": "", "src/shared/db.py": ""}))
    assert resolver.resolve("src/app.py", "shared", ("src",)) == Folder("shared", "src/shared")
    assert resolver.submodule("src/app.py", "shared", "db", ("src",)) == Found("src/shared/db.py")
    assert resolver.submodule("src/shared/db.py", ".", "db", ("src",)) == Found("src/shared/db.py")
    assert resolver.submodule("src/app.py", "shared", "gone", ("src",)) is None


def test_a_module_beside_the_importer_is_the_last_resort() -> None:
    assert resolve(["src/handlers/common.py"], "src/handlers/app.py", "common", ("build",)) == Found(
        "src/handlers/common.py"
    )
    both = ["src/handlers/common.py", "src/common.py"]
    assert resolve(both, "src/handlers/app.py", "common", ("build",)) == External("common")


def test_the_standard_library_is_not_sought_beside_the_importer() -> None:
    assert resolve(["src/handlers/logging.py"], "src/handlers/app.py", "logging", ("src",)) == External("logging")


def test_packages_from_outside_are_external_in_python() -> None:
    assert resolve([], "src/app.py", "boto3.dynamodb.conditions", ("src",)) == External("boto3")


def test_vendored_packages_are_external() -> None:
    files = {
        "src/boto3/__init__.py": "",
        "src/boto3-1.34.0.dist-info/METADATA": "",
        "src/yaml/__init__.py": "",
        "src/PyYAML-6.0.dist-info/RECORD": "yaml/__init__.py,sha256=x,1\nPyYAML-6.0.dist-info/METADATA,,\n",
        "src/own/__init__.py": "",
    }
    assert resolve(files, "src/app.py", "boto3", ("src",)) == External("boto3")
    assert resolve(files, "src/app.py", "yaml", ("src",)) == External("yaml")
    assert resolve(files, "src/app.py", "own", ("src",)) == Found("src/own/__init__.py")
