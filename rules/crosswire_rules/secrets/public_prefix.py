"""The rule secrets/public-prefix."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from crosswire.aws.frameworks import public_prefix
from crosswire.finding import Confidence, Finding, Label
from crosswire.rule import Rule
from crosswire.secret_shapes import is_secret_name, kind_of_secret, words_of
from crosswire.values import Const
from crosswire_rules.secrets._values import OFTEN_PUBLIC, hidden, looked_up, shown_cause, with_article

if TYPE_CHECKING:
    from crosswire.wiring.function import EnvVariable
    from crosswire.wiring.project import Wiring
    from crosswire.wiring.site import Site, SiteRead

_MOST_PLACES = 6
_MADE_TO_BE_SEEN = frozenset(
    """
    public publishable anon anonymous site demo test example sample dummy mock fake reset forgot policy length min
    max regex strength show hide toggle placeholder label hint enabled enable expiry
    """.split()
)
_SERVER_ONLY = frozenset(
    """
    anthropic cohere groq huggingface mailchimp mailgun openai pinecone replicate resend sendgrid stripe twilio
    """.split()
)
_PAIRS = frozenset({("database", "url"), ("mongo", "uri"), ("mongodb", "uri"), ("private", "key"), ("service", "role")})
_ENDS = frozenset({"password", "passwd", "passphrase", "clientsecret", "apisecret", "privatekey", "secretkey"})


class PublicPrefix(Rule):
    """A secret has a name by which it is built into what browsers load.

    What begins with `NEXT_PUBLIC_`, `VITE_`, `REACT_APP_` or the like is replaced by its value as the site is built:
    the secret stands in a file of JavaScript that every visitor is sent, wherever the code for the browser names it.
    Keys of AWS that are shown so are found by bots within minutes.

    ## Bad

    `package.json`
    ```json
    {"name": "gallery", "dependencies": {"next": "15.1.0", "@aws-sdk/client-s3": "^3.700.0"}}
    ```
    `app/api/upload/route.js`
    ```javascript
    import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

    const client = new S3Client({
      region: "eu-west-1",
      credentials: {
        accessKeyId: process.env.NEXT_PUBLIC_AWS_ACCESS_KEY_ID,
        secretAccessKey: process.env.NEXT_PUBLIC_AWS_SECRET_ACCESS_KEY,  // expect: secrets/public-prefix
      },
    });

    export async function POST(request) {
      await client.send(new PutObjectCommand({ Bucket: "gallery-files", Key: "new", Body: await request.text() }));
      return new Response(null, { status: 204 });
    }
    ```

    ## Good

    `package.json`
    ```json
    {"name": "gallery", "dependencies": {"next": "15.1.0", "@aws-sdk/client-s3": "^3.700.0"}}
    ```
    `app/api/upload/route.js`
    ```javascript
    import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

    const client = new S3Client({
      region: "eu-west-1",
      credentials: {
        accessKeyId: process.env.AWS_ACCESS_KEY_ID,
        secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
      },
    });

    export async function POST(request) {
      await client.send(new PutObjectCommand({ Bucket: "gallery-files", Key: "new", Body: await request.text() }));
      return new Response(null, { status: 204 });
    }
    ```

    ## Limits

    A variable counts by its value, wherever a file holds it, or by a name that only a secret has: `SECRET`, `PASSWORD`,
    `PRIVATE_KEY`, a key of a service that is called by servers. An `API_KEY` or a `TOKEN` alone is not told, because
    many are made for browsers: those of maps, of Firebase, of a search, Sentry's DSN. What the server hands to
    Secrets Manager or SSM is the name of a secret: that is told by `env/public-prefix`.
    """

    security_severity = "9.1"
    joins = False

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        """Every secret of every site, once."""
        for site in wiring.sites:
            servers = [function for function in wiring.functions if function.id.unit == site.unit]
            keys = frozenset[str]().union(*map(looked_up, servers))
            names = {variable.name for variable in site.variables}
            names.update(read.name for read in site.reads if read.name.startswith(site.prefixes))
            for name in sorted(names):
                reads = [read for read in site.reads if read.name == name]
                variables = [variable for variable in site.variables if variable.name == name]
                kinds = (_kind_shown(variable) for variable in variables)
                is_named_so = _can_only_be_secret(name) and name not in keys
                kind = next(filter(None, kinds), "secret" if is_named_so else None)
                if kind is not None:
                    yield self._finding(site, name, kind, reads, variables)

    def _finding(
        self, site: Site, name: str, kind: str, reads: list[SiteRead], variables: list[EnvVariable]
    ) -> Finding:
        places = [*(read.span for read in reads), *(variable.span for variable in variables)]
        first, *others = places
        labels = (
            Label(place, "read here" if number < len(reads) - 1 else "named here")
            for number, place in enumerate(others[:_MOST_PLACES])
        )
        prefix = public_prefix(name)
        return self.finding(
            f"`{name}` is {with_article(kind)} that `{prefix}` shows to every visitor of `{site.name}`",
            first,
            unit=site.unit,
            owner=site.name,
            subject=name,
            label="built into what browsers load",
            related=tuple(labels),
            confidence=Confidence.HIGH,
            cause=shown_cause(site.unit, name),
            advice=(f"replace the secret, as it is burnt, name it without `{prefix}`, and use it on the server only"),
            secrets=tuple(span for variable in variables for span in hidden(variable)),
        )


def _kind_shown(variable: EnvVariable) -> str | None:
    """What kind of secret a variable holds that no visitor may see, by its shape alone."""
    kind = kind_of_secret(variable.value.text) if isinstance(variable.value, Const) else None
    return None if kind in OFTEN_PUBLIC else kind


def _can_only_be_secret(name: str) -> bool:
    """Whether a name, behind its public prefix, can only be that of a secret."""
    rest = name[len(public_prefix(name)) :]
    words = words_of(rest)
    if not words or not _MADE_TO_BE_SEEN.isdisjoint(words):
        return False
    if ("service", "role") in pairwise(words) and words[-1] in ("key", "token", "secret"):
        return True
    if not is_secret_name(rest):
        return False
    return (
        "secret" in words
        or words[-1] in _ENDS
        or not _PAIRS.isdisjoint(pairwise(words))
        or (words[0] in _SERVER_ONLY and words[-1] in ("key", "token", "apikey"))
    )
