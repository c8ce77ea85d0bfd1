"""What counts as a secret: the shapes of tokens, the names that secrets go by, and what merely stands in for one.

Answers say what kind of secret a text is, and never hold a part of it.
"""

from __future__ import annotations

import json
from collections import Counter
from math import log2

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
_LONGEST_JSON = 8_000
_ALNUM = LETTERS + DIGITS
_WORD = _ALNUM + "_-"
_BASE64 = _ALNUM + "+/="
_HEX = "0123456789abcdef"
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def _shapes() -> dict[str, list[tuple[str, str, str, int, int]]]:
    """First three characters -> (prefix, kind, alphabet of the rest, its least and greatest length)."""
    rows = [
        *((prefix, "AWS access key id", _BASE32, 16, 16) for prefix in ("AKIA", "ASIA", "ABIA", "ACCA")),
        ("ABSK", "Amazon Bedrock API key", _BASE64, 109, 269),
        *(
            (f"{key}_{mode}_", f"Stripe or Paystack {mode} key", _ALNUM, 10, 247)
            for key in ("sk", "rk")
            for mode in ("live", "test", "prod")
        ),
        ("whsec_", "webhook signing secret", _BASE64, 32, 200),
        ("FLWSECK_TEST-", "Flutterwave test key", _ALNUM + "-", 32, 40),
        ("FLWSECK-", "Flutterwave live key", _ALNUM + "-", 32, 40),
        ("mlsn.", "MailerSend token", _HEX, 64, 64),
        ("xkeysib-", "Brevo API key", _ALNUM + "-", 81, 81),
        ("AIza", "Google API key", _WORD, 35, 35),
        ("GOCSPX-", "Google OAuth client secret", _WORD, 28, 28),
        ("ya29.", "Google OAuth token", _WORD + ".", 20, 2000),
        *((f"gh{letter}_", "GitHub token", _ALNUM, 36, 36) for letter in "pousr"),
        ("github_pat_", "GitHub token", _ALNUM + "_", 82, 82),
        ("glpat-", "GitLab token", _WORD + ".", 20, 300),
        *((prefix, "Slack token", _ALNUM + "-", 24, 300) for prefix in ("xoxb-", "xoxp-", "xoxe-", "xoxa-", "xapp-")),
        ("npm_", "npm token", _ALNUM, 36, 36),
        ("pypi-AgEIcHlwaS5vcmc", "PyPI token", _WORD, 50, 1000),
        *((prefix, "OpenAI API key", _WORD, 40, 300) for prefix in ("sk-proj-", "sk-svcacct-", "sk-admin-")),
        ("sk-ant-", "Anthropic API key", _WORD, 80, 150),
        ("hf_", "Hugging Face token", LETTERS, 34, 34),
        ("dapi", "Databricks token", _HEX, 32, 32),
        ("dop_v1_", "DigitalOcean token", _HEX, 64, 64),
        ("dp.pt.", "Doppler token", _ALNUM, 43, 43),
        ("hvs.", "Vault token", _WORD, 90, 300),
        ("ops_eyJ", "1Password service account token", _WORD + "=", 250, 3000),
        ("lin_api_", "Linear API key", _ALNUM, 40, 40),
        ("ntn_", "Notion token", _ALNUM, 46, 46),
        ("PMAK-", "Postman API key", _HEX + "-", 59, 59),
        ("NRAK-", "New Relic API key", _ALNUM, 27, 27),
        *((prefix, "Shopify token", _HEX + "ABCDEF", 32, 32) for prefix in ("shpat_", "shpca_", "shppa_", "shpss_")),
        ("sq0atp-", "Square token", _WORD, 22, 22),
        ("sq0csp-", "Square client secret", _WORD, 43, 43),
        ("sntryu_", "Sentry token", _HEX, 64, 64),
        ("sntrys_", "Sentry token", _BASE64 + "_", 64, 400),
    ]
    table: dict[str, list[tuple[str, str, str, int, int]]] = {}
    for row in rows:
        table.setdefault(row[0][:3], []).append(row)
    return table


_SHAPES = _shapes()


def kind_of_secret(text: str) -> str | None:
    """What kind of secret a text is by its shape alone ("GitHub token"); None where its shape tells nothing.

    Publishable keys, documentation's keys and placeholders in the shape of a key are no secrets.
    """
    if len(text) < 12:
        return None
    text = text.strip()
    for prefix, kind, alphabet, least, most in _SHAPES.get(text[:3], ()):
        body = text[len(prefix) :]
        if text.startswith(prefix) and least <= len(body) <= most and not body.strip(alphabet):
            return None if _stands_in(body) else kind
    found = _kind_by_structure(text)
    return None if found is not None and _stands_in(text) else found


def kind_under_name(name: str, text: str) -> str | None:
    """What kind of secret a literal is that stands under a name (of a variable, a header, an argument).

    Its shape tells, or the name does: then whatever could be a secret is one, and it is said if it can be guessed.
    """
    if is_dynamic_reference(text):
        return None
    kind = kind_of_secret(text)
    if kind is not None or not is_secret_name(name):
        return kind
    text = text.strip()
    words = words_of(name)
    if "connection" in words and "string" in words:
        return "password in a connection string" if _has_password_field(text) else None
    if words[-1] in _ADDRESSES or len(text) < 8 or _names_something(text) or is_placeholder(text):
        return None
    if " " in text and "passphrase" not in words:
        return None
    return "guessable secret" if _can_be_guessed(text) else "secret"


def is_secret_name(name: str) -> bool:
    """Whether a name says that its value is a secret: `DB_PASSWORD`, `stripeSecretKey`, `x-api-key`, `JWT_SECRET_PROD`.

    What says something about a secret does not (`SECRET_ARN`, `TOKEN_TTL`, `PASSWORD_POLICY`,
    `SESSION_TOKENS_TABLE`), nor do keys that are no secrets (`PARTITION_KEY`, `PUBLIC_KEY`).
    """
    words = words_of(name)
    if not words or words == ["pwd"] or not _NOT_SECRET.isdisjoint(words):  # PWD is the working directory
        return False
    while words[-1] not in _SECRET_WORDS and tuple(words[-2:]) not in _SECRET_PAIRS:
        if len(words) == 1 or not (words[-1] in _FOLLOWERS or words[-1].removeprefix("v").isdigit()):
            return False
        words = words[:-1]
    return tuple(words[-2:]) not in _CURSORS


def is_placeholder(text: str) -> bool:
    """Whether a text merely stands in for a value: empty, `changeme`, `<api key>`, `YOUR_TOKEN_HERE`, `xxxxxxxx`."""
    text = text.strip()
    lowered = text.lower()
    if len(set(lowered)) <= 1 or lowered in _STAND_INS:
        return True
    if text[0] + text[-1] in ("<>", "[]", "{}", "%%", "__") and '"' not in text:
        return True
    if lowered.startswith(("${", "{{", "$(", "#{")) or _stands_in(text):
        return True
    words = ["xxx" if len(word) > 2 and len(set(word)) == 1 else word for word in words_of(text)]
    return not _STAND_IN_WORDS.isdisjoint(words) and _PHRASE_WORDS.issuperset(words)


def dynamic_reference(text: str) -> str | None:
    """The service of a CloudFormation dynamic reference in a text: `ssm`, `ssm-secure` or `secretsmanager`."""
    at = text.find("{{resolve:")
    if at < 0:
        return None
    service = text[at + len("{{resolve:") :].partition(":")[0]
    return service if service in ("ssm", "ssm-secure", "secretsmanager") else None


def is_dynamic_reference(text: str) -> bool:
    """Whether CloudFormation fetches (a part of) this text at deployment."""
    return dynamic_reference(text) is not None


def is_publishable(text: str) -> bool:
    """Whether a text is a key that is made to be seen by everyone."""
    return text.startswith(("pk_live_", "pk_test_", "FLWPUBK", "rzp_test_", "rzp_live_")) or (
        text.startswith("eyJ") and _token_role(text) == "anon"
    )


def words_of(name: str) -> list[str]:
    """The words of a name, in lower case: split at anything that is no letter or digit, and at camel case."""
    words: list[str] = []
    word = ""
    for index, character in enumerate(name):
        if not character.isalnum():
            if word:
                words.append(word)
            word = ""
            continue
        following = name[index + 1 : index + 2]
        if word and character.isupper() and (word[-1].islower() or (following.islower() and word[-1].isupper())):
            words.append(word)
            word = ""
        word += character
    if word:
        words.append(word)
    return [part.lower() for part in words]


_SECRET_WORDS = frozenset(
    """
    secret password passwd pwd passphrase token apikey credential credentials dsn salt pepper apisecret
    authtoken accesstoken secretkey privatekey clientsecret
    """.split()
)
_SECRET_PAIRS = frozenset(
    {
        *((word, "key") for word in "api access private encryption signing license secret master".split()),
        ("connection", "string"),
        ("database", "url"),
        ("mongo", "uri"),
        ("mongo", "url"),
        ("mongodb", "uri"),
        ("redis", "url"),
        ("webhook", "url"),
    }
)
_FOLLOWERS = frozenset(
    """
    key value prod production dev development staging test live sandbox base64 b64 plain plaintext current
    previous old new primary secondary default base
    """.split()
)
_NOT_SECRET = frozenset(("table", "tables", "public", "publishable", "anon", "idempotency"))
_CURSORS = frozenset((word, "token") for word in ("next", "page", "pagination", "continuation", "cancellation"))
_ADDRESSES = frozenset(("url", "uri", "dsn"))
_STAND_INS = frozenset(
    """
    changeme change-me change_me todo tbd fixme example dummy test testing local localstack fake mock
    placeholder none null undefined nil n/a na unset empty string value default redacted hidden foo bar foobar
    foobarbaz abc abc123 password secret token apikey api-key api_key secret-key secret_key 12345678 123456789
    1234567890 password123 true false
    """.split()
)
_STAND_IN_WORDS = frozenset(
    """
    your changeme change replace replaceme insert enter dummy fake mock placeholder example sample todo test
    here some fill put redacted xxx
    """.split()
)
_PHRASE_WORDS = _STAND_IN_WORDS | frozenset(
    """
    a an the my me this that it with in on to for of by and or before at real actual new own value values secret
    secrets key keys token tokens password api jwt auth access client id app production prod deploy deployment
    deploying dev local default please set add use update string super very long random account stripe aws
    github openai sendgrid twilio google slack supabase only not is be must should 1 2 3 123 1234 12345 123456
    go goes something env live sk pk
    """.split()
)
_MARKS = (
    "your_",
    "your-",
    "changeme",
    "change_me",
    "change-me",
    "replace_me",
    "replace-me",
    "replaceme",
    "replace_with",
    "replace-with",
    "placeholder",
    "example",
    "dummy",
    "xxxx",
    "****",
    "....",
    "0000000000",
    "1234567890",
    "abcdefgh",
)


def _stands_in(text: str) -> bool:
    """Whether a text bears a mark that no real value has."""
    lowered = text.lower()
    return (
        (len(lowered) > 4 and len(set(lowered)) <= 2)
        or any(mark in lowered for mark in _MARKS)
        or lowered.endswith(("_here", "-here", "..."))
        or ("<" in lowered and ">" in lowered)
    )


def _kind_in_json(text: str) -> str | None:
    """What kind of secret stands under a name in a JSON object: `{"client_secret": "..."}`."""
    if len(text) > _LONGEST_JSON:
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    found = (kind_under_name(name, value) for name, value in document.items() if isinstance(value, str))
    return next((f"{kind} in a JSON text" for kind in found if kind is not None), None)


def _kind_by_structure(text: str) -> str | None:
    """What is told by more than a prefix: keys in files, headers, addresses, tokens with several parts."""
    if text.startswith("-----BEGIN ") and "PRIVATE KEY-----" in text[:60]:
        return "private key"
    if text.startswith("eyJ"):
        return _kind_of_web_token(text)
    if text.startswith("{"):
        if '"service_account"' in text and '"private_key"' in text:
            return "Google service account key"
        return _kind_in_json(text)
    if text.startswith("SG."):
        parts = text.split(".")
        lengths = [len(part) for part in parts]
        return "SendGrid API key" if lengths == [2, 22, 43] and not text.strip(_WORD + ".") else None
    if text.startswith("sk-") and len(text) == 51 and text[23:31] == "T3BlbkFJ":
        return "OpenAI API key"
    if text.startswith("EAAA") and len(text) == 64 and not text.strip(_WORD):
        return "Square token"
    if "://" in text[:24]:
        return _kind_of_address(text)
    if text.startswith(("Bearer ", "Basic ")):
        return _kind_of_header(text)
    if ".atlasv1." in text[:30]:
        head, _, tail = text.partition(".atlasv1.")
        return "Terraform Cloud token" if len(head) == 14 and 60 <= len(tail) <= 70 else None
    if text[:1].isdigit() and ":A" in text[8:13]:
        digits, _, tail = text.partition(":")
        return "Telegram bot token" if digits.isdigit() and len(tail) == 35 and not tail.strip(_WORD) else None
    if len(text) == 20 and text.startswith("A3T") and not text[3:].strip(_BASE32):
        return "AWS access key id"
    return None


def _kind_of_address(text: str) -> str | None:
    if text.startswith("https://hooks.slack.com/services/"):
        body = text.removeprefix("https://hooks.slack.com/services/")
        return "Slack webhook address" if 40 <= len(body) <= 60 and body.count("/") == 2 else None
    if text.startswith(("https://discord.com/api/webhooks/", "https://discordapp.com/api/webhooks/")):
        return "Discord webhook address" if len(text.rsplit("/", 1)[1]) >= 60 else None
    scheme, _, rest = text.partition("://")
    authority = rest.partition("/")[0].partition("?")[0]
    user_info, at, host = authority.rpartition("@")
    user, colon, password = user_info.partition(":")
    if not at or not colon or scheme.split("+")[0].lower() not in _SCHEMES:
        return None
    if _is_local(host) or is_placeholder(password) or password.lower() in _PASSWORD_WORDS or not password.isprintable():
        return None
    return None if "${" in password or _stands_in(user) else "password in an address"


_SCHEMES = frozenset(
    """
    postgres postgresql mysql mariadb mongodb redis rediss amqp amqps https http mssql sqlserver ftp sftp smtp
    smtps
    """.split()
)
_PASSWORD_WORDS = frozenset(("password", "pass", "pwd", "pw", "secret", "user", "username", "passwd"))


def _is_local(host: str) -> bool:
    """Whether an address leads nowhere that others could reach: this machine, or a container beside it."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return name in ("", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal") or (
        "." not in name and not name.startswith("\0")
    )


def _kind_of_header(text: str) -> str | None:
    scheme, _, value = text.partition(" ")
    if scheme == "Basic":
        decoded = _decoded(value)
        user, colon, password = (decoded or "").partition(":")
        if not colon or not (user + password).isprintable() or len(password) < 4:
            return None
        return None if is_placeholder(password) or password in _PASSWORD_WORDS else "password in a Basic header"
    if len(value) < 20 or value.strip(_WORD + ".~+/="):
        return None
    if value.startswith("eyJ"):
        return _kind_of_web_token(value)
    inner = kind_of_secret(value)
    if inner is not None:
        return inner
    has_digit = any(character in DIGITS for character in value)
    return "token in a Bearer header" if has_digit and _entropy(value) >= 3.5 and not is_placeholder(value) else None


def _kind_of_web_token(text: str) -> str | None:
    """A JSON Web Token whose header says so. Supabase's `anon` key is made to be seen; the example of jwt.io is
    known to all."""
    parts = text.split(".")
    if len(parts) != 3 or len(parts[2]) < 20 or text.strip(_WORD + ".="):
        return None
    header, payload = _decoded(parts[0]), _decoded(parts[1])
    if header is None or payload is None or '"alg"' not in header or '"1234567890"' in payload:
        return None
    role = _token_role(text)
    if role == "anon":
        return None
    return "Supabase service role key" if role == "service_role" else "JSON Web Token"


def _token_role(text: str) -> str:
    parts = text.split(".")
    payload = (_decoded(parts[1]) if len(parts) == 3 else None) or ""
    return payload.partition('"role":"')[2].partition('"')[0]


def _decoded(text: str) -> str | None:
    """Base64, either alphabet, padded or not, as text; None where it is no such thing."""
    from base64 import urlsafe_b64decode

    try:
        plain = text.replace("+", "-").replace("/", "_").rstrip("=")
        return urlsafe_b64decode(plain + "=" * (-len(plain) % 4)).decode("utf-8")
    except ValueError:
        return None


def _has_password_field(text: str) -> bool:
    """Whether a connection string (`Server=...;Password=...`) holds a password."""
    for field in text.split(";"):
        name, equals, value = field.partition("=")
        if equals and name.strip().lower() in ("password", "pwd", "accountkey", "sharedaccesskey"):
            if len(value.strip()) >= 4 and not is_placeholder(value) and value.strip().lower() not in _PASSWORD_WORDS:
                return True
    return False


_CIPHERTEXTS = ("AQECAH", "AQICAH")
"""What KMS encrypts begins with, in base64."""


def _names_something(text: str) -> bool:
    """Whether a text names a thing elsewhere (an ARN, a path, an address, a key for the public), or is encrypted, and
    is no secret itself."""
    if text.startswith(("arn:", "/", "./", "alias/", "http://", "https://")) or "://" in text or is_publishable(text):
        return True
    if text.startswith(_CIPHERTEXTS) and len(text) > 100:
        return True
    if "/" in text:
        parts = text.split("/")
        return all(part and _entropy(part) < 3.6 and len(part) < 30 for part in parts) and not text.endswith("=")
    return False


def _can_be_guessed(text: str) -> bool:
    """Whether a text is made of words and years."""
    if _entropy(text) < 3.0:
        return True
    words = words_of(text)
    return (
        len(words) > 1
        and all(
            (word.isalpha() and any(vowel in word for vowel in "aeiouy")) or word.isdigit() or len(word) <= 3
            for word in words
        )
        and all(len(word) < 13 for word in words)
    )


def _entropy(text: str) -> float:
    """Shannon's entropy, in bits per character."""
    total = len(text)
    return -sum(count / total * log2(count / total) for count in Counter(text).values()) if total else 0.0
