"""Secrets in files that give variables to what is no function: found by their shape alone, and never shown."""

from __future__ import annotations

import pytest

from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load

KEY = "sk_li" + "ve_51Hq9ZpKfT3mVbXcR7wLnYd2sA8uEgJ6oQ4"
TRIAL = "sk_te" + "st_51Hq9ZpKfT3mVbXcR7wLnYd2sA8uEgJ6oQ4"
AWS_ID = "AKIA" + "Q3EGRT7XZV4KJ2LM"
AWS_KEY = "wJalrXUtnFEMI9K7MDENGbPxRfiCYzq81LbTw0vN"
"""All made up, in the shape of real ones."""


def told(texts: dict[str, str]) -> list[str]:
    found = lint(Files.from_texts(texts), load(["secrets/plaintext-in-env"])).findings
    return [f"{one.severity.value} {one.subject} {one.span.path}" for one in found]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".github/workflows/deploy.yml", "jobs:\n  a:\n    env:\n      STRIPE: %s\n"),
        (".github/workflows/deploy.yml", "env:\n  STRIPE: '%s'  # live\n"),
        (".gitlab-ci.yml", 'variables:\n  STRIPE: "%s"\n'),
        ("Dockerfile", "FROM node:20\nARG STRIPE=%s\n"),
        ("web/Dockerfile.prod", "FROM node:20\nENV STRIPE=%s\n"),
        ("docker-compose.yml", "services:\n  web:\n    environment:\n      - STRIPE=%s\n"),
        ("compose.override.yaml", "services:\n  web:\n    environment:\n      STRIPE: %s\n"),
    ],
)
def test_a_secret_is_told_where_it_is_written(path: str, text: str) -> None:
    assert told({path: text % KEY}) == [f"error STRIPE {path}"]
    assert told({path: text % "${{ secrets.STRIPE }}"}) == []
    assert told({path: text % "sk_live_YOUR_KEY_HERE_000000"}) == []


def test_a_key_for_trials_is_a_warning() -> None:
    assert told({"Dockerfile": f"ENV STRIPE={TRIAL}\n"}) == ["warning STRIPE Dockerfile"]


def test_both_keys_of_aws_are_told() -> None:
    text = f"env:\n  AWS_ACCESS_KEY_ID: {AWS_ID}\n  AWS_SECRET_ACCESS_KEY: {AWS_KEY}\n"
    path = ".github/workflows/ci.yml"
    assert told({path: text}) == [f"error AWS_ACCESS_KEY_ID {path}", f"error AWS_SECRET_ACCESS_KEY {path}"]


@pytest.mark.parametrize(
    "text",
    [
        "env:\n  DATABASE_URL: postgres://app:Tr0ub4dor3x@db.internal/app\n",  # of a container for tests, often
        "env:\n  MAPS: AIza" + "SyD4k1Jm8Qw2Lx7Vn0Bz5Tc3Rf6Yh9Gp1Ue\n",
        "env:\n  AWS_SECRET_ACCESS_KEY: " + "x" * 40 + "\n",
        "env:\n  AWS_ACCESS_KEY_ID: AKIAIOSFODNN7EXAMPLE\n",
        "env:\n  TOKEN: some-long-text-that-is-none\n",
    ],
)
def test_what_is_public_or_for_tests_is_left_alone(text: str) -> None:
    assert told({".github/workflows/ci.yml": text}) == []


@pytest.mark.parametrize("path", ["tests/Dockerfile", "examples/a/docker-compose.yml", "docs/deploy.yml", "a/b.yml"])
def test_other_files_are_left_alone(path: str) -> None:
    assert told({path: f"ENV STRIPE={KEY}\n"}) == []


@pytest.mark.parametrize("name", [".env", ".env.local", ".env.example", "web/.env.production"])
def test_a_file_of_variables_counts_where_it_is_committed(name: str) -> None:
    assert told({name: f"STRIPE={KEY}\n", ".gitignore": "node_modules\n"}) == [f"error STRIPE {name}"]
    assert told({name: f"STRIPE={KEY}\n", ".gitignore": ".env*\n"}) == []
    assert told({name: f"STRIPE={KEY}\n"}) == []  # nothing says what is committed
