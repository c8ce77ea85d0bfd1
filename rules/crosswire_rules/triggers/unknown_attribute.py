"""The rule triggers/unknown-attribute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswire.finding import Finding, Label, Severity
from crosswire.rule import Rule
from crosswire.wiring.invocation import Attachments
from crosswire_rules.triggers._confidence import confidence_of, severity_at

if TYPE_CHECKING:
    from crosswire.wiring.function import EventRead, Function
    from crosswire.wiring.project import Wiring
    from crosswire.wiring.resource import UserPool
    from crosswire.wiring.trigger import Trigger


class UnknownAttribute(Rule):
    """A trigger of Cognito reads a custom attribute that the user pool does not declare.

    Cognito passes only attributes of the pool's schema: another one is `undefined` in every event, or raises
    `KeyError: 'custom:role'`, so that every user gets the default role or nobody can sign up. Attributes cannot be
    renamed or removed once the pool exists.

    ## Bad

    `template.yaml`
    ```yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Users:
        Type: AWS::Cognito::UserPool
        Properties:
          Schema:
            - {Name: team, AttributeDataType: String, Mutable: true}
      SaveUser:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: nodejs20.x
          Handler: save.handler
          CodeUri: src/
          Events:
            Confirmed:
              Type: Cognito
              Properties: {UserPool: !Ref Users, Trigger: PostConfirmation}
    ```
    `src/save.js`
    ```javascript
    exports.handler = async (event) => {
      const role = event.request.userAttributes["custom:role"];  // expect: triggers/unknown-attribute
      console.log(role);
      return event;
    };
    ```

    ## Good

    `template.yaml`
    ```yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Users:
        Type: AWS::Cognito::UserPool
        Properties:
          Schema:
            - {Name: team, AttributeDataType: String, Mutable: true}
            - {Name: role, AttributeDataType: String, Mutable: true}
      SaveUser:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: nodejs20.x
          Handler: save.handler
          CodeUri: src/
          Events:
            Confirmed:
              Type: Cognito
              Properties: {UserPool: !Ref Users, Trigger: PostConfirmation}
    ```
    `src/save.js`
    ```javascript
    exports.handler = async (event) => {
      const role = event.request.userAttributes["custom:role"];
      console.log(role);
      return event;
    };
    ```

    ## Limits

    Only pools whose whole schema can be read are judged.
    """

    severity = Severity.WARNING

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        """Every custom attribute that a pool's trigger reads and the pool lacks."""
        seen: set[tuple[object, ...]] = set()
        for function, trigger, pool in _readers(wiring):
            for read in function.code.event_reads:
                attribute = _custom_attribute(read)
                if attribute is None or pool.custom_attributes is None or attribute in pool.custom_attributes:
                    continue
                if (pool.id, function.id, attribute) not in seen:
                    seen.add((pool.id, function.id, attribute))
                    schema = wiring.dialect_of(pool.id.unit).pool_schema
                    yield self._finding(function, trigger, pool, read, attribute, schema)

    def _finding(
        self,
        function: Function,
        trigger: Trigger | None,
        pool: UserPool,
        read: EventRead,
        attribute: str,
        schema: str,
    ) -> Finding:
        name = str(function.id)
        confidence = confidence_of(function.code.link)
        invokes = () if trigger is None else (Label(trigger.span, f"invokes `{name}`"),)
        return self.finding(
            f"`{name}` reads the attribute `{attribute}`, which the user pool `{pool.id}` does not declare",
            read.span,
            unit=function.id.unit,
            owner=name,
            subject=f"{pool.id} {attribute}",
            label="is never in the event",
            related=(Label(pool.span, f"declares {_listed(pool)}"), *invokes),
            functions=(name,),
            severity=severity_at(confidence, self.severity),
            confidence=confidence,
            cause=("attribute", pool.id, attribute),
            advice=f"add `{attribute.rpartition(':')[2]}` to the {schema} of `{pool.id}`",
        )


def _readers(wiring: Wiring) -> Iterator[tuple[Function, Trigger | None, UserPool]]:
    """The functions that a user pool invokes; one that nothing invokes yet is judged by the only pool of its unit."""
    attachments = Attachments(wiring)
    yield from attachments.cognito_triggers()
    for function in wiring.functions:
        if any(_custom_attribute(read) for read in function.code.event_reads) and attachments.is_unattached(function):
            pools = attachments.pools_near(function)
            if len(pools) == 1:
                yield function, None, pools[0]


def _custom_attribute(read: EventRead) -> str | None:
    if read.path[:2] != ("request", "userAttributes") or len(read.path) < 3:
        return None
    attribute = read.path[2]
    return attribute if attribute.startswith(("custom:", "dev:custom:")) else None


def _listed(pool: UserPool) -> str:
    names = sorted(pool.custom_attributes or ())
    return "no custom attribute" if not names else "only " + ", ".join(f"`{name}`" for name in names)
