"""What counts as a secret. All tokens here are made up and put together when the tests run."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from json import dumps

import pytest

from crosswire import secret_shapes
from crosswire.secret_shapes import is_placeholder, is_secret_name, kind_of_secret, kind_under_name

BODY = "Qz7mP2xV9kLw4TnB8sRd6YhJ3fGc5AeU1oXi0ZbNqMvKtWyCpHgSjDrElQz7mP2xV9kLw4TnB8sRd6YhJ3fGc5AeU1oXi0ZbNqMvKt"
HEX = "7d03b5fe1c8a4692e5b80f3ad6c1974e2b6f0d85c3a91e74f8205bd6ac397e14"


def web_token(**payload: str) -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, payload)
    encoded = [urlsafe_b64encode(dumps(part, separators=(",", ":")).encode()).decode().rstrip("=") for part in parts]
    return ".".join((*encoded, BODY[:43]))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("AKIA" + "QZ7MP2XV4KLWTNB5", "AWS access key id"),
        ("sk_" + "live_" + BODY[:24], "Stripe or Paystack live key"),
        ("rk_" + "test_" + BODY[:24], "Stripe or Paystack test key"),
        ("whsec_" + BODY[:32], "webhook signing secret"),
        ("FLWSECK_TEST-" + HEX[:32] + "-X", "Flutterwave test key"),
        ("SG." + BODY[:22] + "." + BODY[:43], "SendGrid API key"),
        ("mlsn." + HEX, "MailerSend token"),
        ("xkeysib-" + HEX + "-" + BODY[:16], "Brevo API key"),
        ("AIza" + BODY[:35], "Google API key"),
        ("GOCSPX-" + BODY[:28], "Google OAuth client secret"),
        ("ghp_" + BODY[:36], "GitHub token"),
        ("github_pat_" + BODY[:82], "GitHub token"),
        ("glpat-" + BODY[:20], "GitLab token"),
        ("xoxb-" + "7412589630-" + BODY[:24], "Slack token"),
        ("https://hooks.slack.com/services/" + "T03A7QWX1/B04C8RTY2/" + BODY[:24], "Slack webhook address"),
        ("npm_" + BODY[:36], "npm token"),
        ("sk-" + BODY[:20] + "T3BlbkFJ" + BODY[:20], "OpenAI API key"),
        ("sk-ant-" + "api03-" + BODY[:93] + "AA", "Anthropic API key"),
        ("dapi" + HEX[:32], "Databricks token"),
        ("7412589630:" + "A" + BODY[:34], "Telegram bot token"),
        ("-----BEGIN RSA " + "PRIVATE KEY-----\\nMIIEow", "private key"),
        ('{"type": "service_account", "private_key"' + ': "x"}', "Google service account key"),
        (web_token(sub="u-88"), "JSON Web Token"),
        (web_token(role="service_role"), "Supabase service role key"),
        ("postgresql+psycopg2://orders:" + BODY[:12] + "@db.khaya.io:5432/orders", "password in an address"),
        ("mongodb+srv://orders:" + BODY[:12] + "@cluster0.ab12c.mongodb.net/x", "password in an address"),
        ("Basic " + b64encode(f"orders:{BODY[:12]}".encode()).decode(), "password in a Basic header"),
        ("Bearer " + BODY[:40], "token in a Bearer header"),
        ("Bearer " + "ghp_" + BODY[:36], "GitHub token"),
    ],
)
def test_a_token_is_known_by_its_shape(text: str, kind: str) -> None:
    assert kind_of_secret(text) == kind
    assert kind_under_name("ANYTHING", f"  {text}\n") == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SessionTokensTable",
        "khaya-reset-tokens-dev",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/stripe-AbCdEf",
        "0b9c3e1a-52d4-4b7e-9f5d-8c2a6e4f1d30",
        HEX,
        HEX[:40],
        "sha256-" + BODY[:43] + "=",
        b64encode(b'{"retries": 3, "region": "eu-west-1"}').decode(),
        "pk_" + "live_" + BODY[:24],
        "FLWPUBK_TEST-" + HEX[:32] + "-X",
        "LKIAQAAAAAAAMEKXUFEA",
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "sk_live_YOUR_STRIPE_KEY_HERE",
        "sk_test_" + "x" * 24,
        "ghp_" + "0" * 36,
        "GOCSPX-YOUR_CLIENT_SECRET_ABCDEFGHI",
        "AC" + HEX[:32],
        "https://" + HEX[:32] + "@o447951.ingest.sentry.io/5429215",
        "https://hooks.slack.com/services/T00/B00/x",
        "postgres://postgres:postgres@localhost:5432/orders",
        "postgres://orders:" + BODY[:12] + "@db:5432/orders",
        "postgres://user:password@db.khaya.io/orders",
        "postgres://orders:${DB_PASSWORD}@db.khaya.io/orders",
        "postgres://orders:<password>@db.khaya.io/orders",
        "https://api.khaya.io/v1/tokens?limit=20",
        "-----BEGIN CERTIFICATE-----\nMIIE",
        "-----BEGIN PUBLIC KEY-----\nMIIB",
        "Bearer realm-of-the-orders-service",
        "Basic auth is not supported here",
        web_token(role="anon"),
        web_token(sub="1234567890", name="John Doe"),
        "eyJub3QiOiJhIHRva2VuIn0.not.one",
        "{{resolve:secretsmanager:orders/stripe:SecretString:key}}",
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI",
        "eu-west-1:0b9c3e1a-52d4-4b7e-9f5d-8c2a6e4f1d30",
    ],
)
def test_a_look_alike_is_no_secret(text: str) -> None:
    assert kind_of_secret(text) is None
    assert kind_under_name("VALUE", text) is None


@pytest.mark.parametrize(
    "name",
    (
        "DB_PASSWORD dbPassword stripeSecretKey x-api-key API_KEY apiKey APIKey JWT_SECRET JWT_SECRET_PROD "
        "NEXTAUTH_SECRET secretAccessKey "
        "GITHUB_TOKEN DB_PWD PRIVATE_KEY SESSION_SECRET SECRET_KEY_BASE TOKEN_V2 DATABASE_URL "
        "MONGO_URI SALT"
    ).split(),
)
def test_a_name_can_say_that_its_value_is_a_secret(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        *(
            "SESSION_TOKENS_TABLE TOKENS_TABLE TOKEN_TABLE SECRET_ARN SECRET_NAME DB_SECRET_ID ACCESS_KEY_ID TOKEN_TTL "
            "TOKEN_EXPIRY PASSWORD_POLICY PASSWORD_LENGTH TOKEN_ENDPOINT SECRET_PATH API_KEY_PARAMETER API_KEY_HEADER "
            "PUBLIC_KEY PUBLISHABLE_KEY NEXT_PUBLIC_API_KEY PARTITION_KEY SORT_KEY HASH_KEY KMS_KEY_ID KEY_PREFIX "
            "CACHE_KEY IDEMPOTENCY_KEY MAX_TOKENS nextToken PWD SALT_ROUNDS TABLE_NAME KEY passwordless tokenizer"
        ).split(),
    ],
)
def test_a_name_that_speaks_about_a_secret_holds_none(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("JWT_SECRET", "khaya-jwt-secret-2024", "guessable secret"),
        ("DB_PASSWORD", "hunter2!hunter2!", "secret"),
        ("API_KEY", BODY[:40], "secret"),
        ("API_TOKEN", "0b9c3e1a-52d4-4b7e-9f5d-8c2a6e4f1d30", "secret"),
        ("CONNECTION_STRING", "Server=db;User Id=orders;Password=" + BODY[:9] + ";", "password in a connection string"),
    ],
)
def test_under_a_secrets_name_a_literal_is_a_secret(name: str, text: str, kind: str) -> None:
    assert kind_under_name(name, text) == kind
    assert kind_under_name("VALUE", text) is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DB_SECRET", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-AbCdEf"),
        ("DB_SECRET", "prod/orders/db"),
        ("API_KEY", "/orders/prod/api-key"),
        ("API_KEY", "pk_" + "live_" + BODY[:24]),
        ("API_KEY", "changeme"),
        ("API_KEY", ""),
        ("AUTH_TOKEN", "false"),
        ("DATABASE_URL", "postgres://db.khaya.io/orders"),
        ("WEBHOOK_URL", "https://api.khaya.io/hooks/stripe"),
        ("SENTRY_DSN", "https://" + HEX[:32] + "@o447951.ingest.sentry.io/5429215"),
        ("CONNECTION_STRING", "Server=db;Integrated Security=true;"),
        ("DB_PASSWORD", "{{resolve:ssm-secure:/orders/password:1}}"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("ERROR_TOKEN", "the token has expired"),
        ("DB_PASSWORD", "AQICAH" + BODY[:40] * 4 + "=="),
    ],
)
def test_under_a_secrets_name_what_names_or_replaces_one_is_none(name: str, text: str) -> None:
    assert kind_under_name(name, text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "changeme",
        "CHANGE_ME",
        "todo",
        "xxxxxxxxxxxx",
        "********",
        "<api key>",
        "${API_KEY}",
        "{{ api_key }}",
        "your-api-key-here",
        "YOUR_API_KEY",
        "REPLACE_ME",
        "change-me-in-production",
        "sk_live_xxx",
        "None",
        "null",
        "dummy",
        "test",
        "AKIAIOSFODNN7EXAMPLE",
    ],
)
def test_a_placeholder_is_known(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text", ["khaya-jwt-secret-2024", "sk_" + "test_" + BODY[:24], BODY[:40], "hunter2!", "orders"]
)
def test_a_value_is_no_placeholder(text: str) -> None:
    assert not is_placeholder(text)


def test_a_dynamic_reference_tells_its_service() -> None:
    assert secret_shapes.dynamic_reference("x{{resolve:ssm-secure:/a:1}}") == "ssm-secure"
    assert secret_shapes.dynamic_reference("{{resolve:secretsmanager:a}}") == "secretsmanager"
    assert secret_shapes.dynamic_reference("{{resolve:nope:a}}") is None
    assert not secret_shapes.is_dynamic_reference("{{ a }}")


def test_no_answer_holds_a_part_of_the_text() -> None:
    for text in ("sk_" + "live_" + BODY[:24], "postgres://orders:" + BODY[:12] + "@db.khaya.io/x"):
        assert BODY[:6] not in str(kind_of_secret(text))
