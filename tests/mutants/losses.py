"""What functions lose with a part of a policy, in whatever dialect: asked of the wiring without the mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.mutants.calls import calling
from tests.mutants.document import Edit
from tests.mutants.mistake import JUDGED, Mistake
from tests.mutants.project import Place, Project
from tests.mutants.wired import Held, Wired

from crosswire.source import Span
from crosswire.wiring.function import Function
from crosswire.wiring.polling import polls

RETIRED = {
    "dynamodb": "arn:aws:dynamodb:eu-west-1:420042004200:table/retired",
    "s3": "arn:aws:s3:::retired/kept",
    "secretsmanager": "arn:aws:secretsmanager:eu-west-1:420042004200:secret:retired",
    "ssm": "arn:aws:ssm:eu-west-1:420042004200:parameter/retired",
    "sns": "arn:aws:sns:eu-west-1:420042004200:retired",
    "sqs": "arn:aws:sqs:eu-west-1:420042004200:retired",
}
"""An ARN of each service that no fixture declares."""

Edits = Mapping[str, tuple[Edit, ...]]


@dataclass(frozen=True, slots=True)
class Loss:
    """What must be said where functions lose what they are allowed: `places` are in code, `spans` are not."""

    rules: frozenset[str] = frozenset()
    places: frozenset[Place] = frozenset()
    functions: frozenset[str] = frozenset()
    spans: tuple[Span, ...] = ()

    def __or__(self, other: Loss) -> Loss:
        return Loss(
            self.rules | other.rules,
            self.places | other.places,
            self.functions | other.functions,
            self.spans + other.spans,
        )

    def mistake(self, what: str, edits: Edits) -> Iterator[Mistake]:
        """The mistake, if anything is lost by it that somebody needs."""
        declared = frozenset(place for span in self.spans for place in after(span, edits))
        if self.places or declared:
            yield Mistake(what, edits, self.rules, self.places | declared, self.functions)


def lost(project: Project, wired: Wired, parts: Sequence[Held], but: Sequence[Function] = ()) -> Loss:
    """What functions lose with some parts, by the calls that need it, and what Lambda does that polls for them. `but`
    are functions that lose nothing."""
    loss = Loss()
    for function in wired.wiring.functions:
        if function in but:
            continue
        actions = wired.allowed_actions(function, parts)
        gone = [action for action in actions if not wired.still_allowed(function, action, parts)]
        name = frozenset({str(function.id)})
        for action in actions:
            calls = calls_for(project, function, action)
            if action.startswith("kms:"):
                loss |= Loss(frozenset({"iam/missing-key-access"}))
            elif calls:
                rules = {"iam/missing-action"} if action in gone else {"iam/wrong-resource", "iam/missing-index"}
                loss |= Loss(frozenset(rules), calls, name)
        for poll in polls(wired.wiring):
            if poll.function.id == function.id and any(
                action in gone for group in poll.kind.actions for action in group
            ):
                spans = (function.role.place or function.role.span, poll.trigger.span)
                loss |= Loss(frozenset({"iam/missing-poll-action"}), frozenset(), name, spans)
    return loss


def calls_for(project: Project, function: Function, action: str) -> frozenset[Place]:
    """Where a function calls what needs an action, by the text of its code and by what is known of libraries."""
    files = {*function.code.files, function.code.entry}
    said = {(path, line) for path, line in project.saying(calling(action)) if path in files}
    known = {
        (call.span.path, call.span.start_position.line)
        for call in function.code.calls
        for use in call.uses
        if action in use.actions and not use.optional
    }
    return frozenset(said | known) if action.startswith(JUDGED) else frozenset()


def after(span: Span, edits: Edits) -> Iterator[Place]:
    """The lines that a place takes after some edits."""
    shift = 0
    for edit in edits.get(span.path, ()):
        if edit.end <= span.start:
            shift += edit.text.count("\n") - span.source.text.count("\n", edit.start, edit.end)
    for line in range(span.start_position.line, span.end_position.line + 1):
        yield span.path, line + shift
