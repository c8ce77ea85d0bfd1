"""A deployed function, the environment it is given, and what its code does with the outside world."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING

from crosswire.record import field, record

if TYPE_CHECKING:
    from crosswire.source import Span
    from crosswire.values import ResourceId, Value
    from crosswire.wiring.access import Role


@record
class BlindSpot:
    """Something that could not be read or known, so that absence proves nothing where it lies.

    `kind` is one of a small set of words that rules and the summary may ask for: `policy` (a statement or managed
    policy of unknown content), `environment`, `code` (a file, import or callee that was not read), `value`,
    `entry` (the function's code was not found), `handler` (it was, and surely has no such handler), `undefined` (a
    variable of a configuration that nothing gives), `template`, `module` (a module of Terraform that is elsewhere).
    """

    kind: str
    why: str
    span: Span | None = None


@record
class EnvVariable:
    """A variable as a template sets it: `span` is the name's place, the value knows its own. `is_generated` tells that
    a tool sets it for every function, be it read or not."""

    name: str
    value: Value
    span: Span
    value_span: Span
    is_generated: bool = False


@record
class Environment:
    """What the template sets for a function. `complete` is False where part of it could not be read, so that a
    variable that is missing here may be set all the same. `left_out` holds the variables that it names and gives null:
    whoever deploys chooses to do without them. `local` holds what is set on the machine of who develops it and nowhere
    else (`.env.local`). `span` is the place where a variable would be added.

    `listed` are the variables that the settings of a deployment list (`vercel.json`), where these are not all.
    `perhaps` are names that may be set in a way that is not read: by a file `.env` that is packed with the code.
    `passing` holds what a command sets on the deployed function, which the next deployment takes away."""

    variables: Mapping[str, EnvVariable]
    complete: bool = True
    span: Span | None = None
    left_out: frozenset[str] = frozenset()
    local: Mapping[str, EnvVariable] = field(default_factory=dict)
    listed: frozenset[str] = frozenset()
    perhaps: frozenset[str] = frozenset()
    passing: Mapping[str, EnvVariable] = field(default_factory=dict)


class Need(Enum):
    """How much the code depends on a variable that it reads.

    REQUIRED: unset, the code fails or goes on with `undefined`. DEFAULTED: there is a fallback. GUARDED: the code asks
    first and does something else. OPTIONAL: a flag, a comparison, or the code sets it itself.
    """

    REQUIRED = "required"
    DEFAULTED = "defaulted"
    GUARDED = "guarded"
    OPTIONAL = "optional"


@record
class EnvRead:
    """A place in code that reads a variable, as reached by one function.

    `default` is the fallback where `need` is DEFAULTED. `feeds_call` tells that the value reaches an SDK call that
    was extracted. `trace` holds the call sites from the handler to the read, outermost first.
    """

    name: str
    need: Need
    span: Span
    default: Value | None = None
    feeds_call: bool = False
    trace: tuple[Span, ...] = ()


@record
class Use:
    """One resource that a call touches and the IAM actions that it needs there, all of them.

    `kind` is the resource kind of the service as aws.operations names it (`table`, `bucket`, `object`, `queue` ...,
    `*` where the action supports no resource, empty where the request does not say which). `name` is what the code
    gives: a name, an ARN, or a URL. `index` is the part of the resource that is used: the index of a table (kind
    `index`), the key of an object, the qualifier of a function. `optional` actions may be needed: they are never
    missing, and never unused.
    """

    kind: str
    name: Value
    actions: tuple[str, ...]
    index: Value | None = None
    span: Span | None = None
    optional: bool = False


@record
class ItemShape:
    """The attributes that a request gives of an item of a table: all those of its key, or, where `whole`, all those of
    an item that it writes, the key's among them. There is none where the code does not show them all."""

    table: Value
    attributes: tuple[str, ...]
    whole: bool
    span: Span


class TimeUnit(Enum):
    """How a point in time is written: what is counted since 1970, or no number at all."""

    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    MICROSECONDS = "microseconds"
    NANOSECONDS = "nanoseconds"
    TEXT = "a text"
    OBJECT = "a date object"


@record
class WrittenTime:
    """A point in time that a request writes to an attribute of an item: `units` are all those that it may be in.

    `clock` is where the code asks for the time, `in_seconds` the expression, in the language of the code, by which the
    same time would be a number of seconds.
    """

    table: Value
    attribute: str
    units: tuple[TimeUnit, ...]
    span: Span
    clock: Span | None = None
    in_seconds: str = ""


@record
class Choice:
    """A setting by which it is decided whether code does something: it does where `value` is the text `wanted`, be it
    in capitals or not."""

    value: Value
    wanted: str


@record
class Call:
    """A call of an AWS service in code: `service` is the SDK's name of it (`dynamodb`), `operation` the API's.

    `uses` is empty where the operation needs no permission or is not known. `trace` holds the call sites from the
    handler to the call, outermost first. `library` names the library that calls on the app's behalf, `when` the setting
    that makes it.
    """

    service: str
    operation: str
    uses: tuple[Use, ...]
    span: Span
    trace: tuple[Span, ...] = ()
    items: tuple[ItemShape, ...] = ()
    times: tuple[WrittenTime, ...] = ()
    library: str = ""
    when: Choice | None = None


@record
class LibraryTable:
    """A table that a library keeps its own items in, and what it asks of that table; its requests are among the calls.

    `keys` are the attributes by which it names an item, the hash key first; `ttl` is the one that says when an item
    expires. `endpoint` is where the requests go instead of to AWS, because the app surely gives no `client` (the
    setting's name). `span` is where the app hands over to the library.
    """

    library: str
    name: Value
    keys: tuple[Value, ...]
    ttl: Value | None
    span: Span
    client: str = ""
    endpoint: str = ""
    when: Choice | None = None
    trace: tuple[Span, ...] = ()


@record
class EventRead:
    """A member of the event that the handler reads: `event.request.userAttributes["custom:role"]` is
    `("request", "userAttributes", "custom:role")`. A part that is not known is `*`."""

    path: tuple[str, ...]
    span: Span


class Link(Enum):
    """How surely a function's code was found."""

    EXACT = "exact"  # by the path that the template names
    NAMED = "named"  # by the handler's path and the folder's name
    FOLDER = "folder"  # only the folder: every file in it counts, with low confidence
    MISSING = "missing"


@record
class Code:
    """What a function's code does, as far as its handler reaches.

    `files` are the paths read for it. A blind spot of the kind `sdk:<service>` tells that the code may call the
    service in ways that were not extracted: its grants are not judged for being unused.
    """

    link: Link
    entry: str | None = None
    entry_span: Span | None = None
    files: tuple[str, ...] = ()
    reads: tuple[EnvRead, ...] = ()
    calls: tuple[Call, ...] = ()
    tables: tuple[LibraryTable, ...] = ()
    event_reads: tuple[EventRead, ...] = ()
    literals: tuple[LiteralSecret, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()


@record
class LiteralSecret:
    """A literal in code that is a secret by its shape or stands in as the fallback of a secret. Never its text:
    `kind` says what it is ("Stripe live key"), `subject` the variable or name that it is for."""

    kind: str
    subject: str
    span: Span
    fallback_of: str | None = None


@record
class Function:
    """A function as one unit deploys it.

    `handler` is the text of the template ("src/app.handler"), `runtime` such as "nodejs20.x" or None where unknown
    or an image. `invoked_by` lists places of templates that name the function as something to invoke: triggers,
    state machines, custom resources, other functions' variables. `is_lambda` is False for a program that is deployed as
    a whole, on whatever runs it: a site made with Next.js, a server.
    """

    id: ResourceId
    span: Span
    handler: str | None
    runtime: str | None
    env: Environment
    role: Role
    code: Code
    name: Value | None = None
    edge: bool = False
    is_lambda: bool = True
    mentioned_by: tuple[Span, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = field(default=())
