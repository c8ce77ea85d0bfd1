"""The words of those who wrote a unit: what messages and advice call the things that each dialect names differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping


@record
class Dialect:
    """What a unit is written in, as far as people are told of it.

    `readable` is where everything that is written stands in clear. `permission` lets a service invoke a function.
    `pool_triggers` and `pool_schema` are where a user pool names its functions and its attributes. `parameter` is a
    value that the deployment gives, `hiding` what keeps it out of sight there. `filling` is how the parts of an ARN are
    put in that nobody writes out, and `pseudo` what their names are where they are not those of CloudFormation.
    `weakness` is a sentence for findings where what it declares may not be all that is deployed, else empty.
    """

    readable: str
    permission: str
    pool_triggers: str
    pool_schema: str
    parameter: str
    hiding: str
    filling: str
    pseudo: Mapping[str, str]
    weakness: str = ""

    def pseudo_parameter(self, name: str) -> str:
        """A pseudo parameter by the name that it has in CloudFormation without its `AWS::`."""
        return f"${{{self.pseudo.get(name, f'AWS::{name}')}}}"


CLOUDFORMATION = Dialect(
    readable="the template",
    permission="AWS::Lambda::Permission",
    pool_triggers="LambdaConfig",
    pool_schema="Schema",
    parameter="parameter",
    hiding="NoEcho",
    filling="`!Sub` with `${AWS::Region}` and `${AWS::AccountId}`",
    pseudo={},
)

TERRAFORM = Dialect(
    readable="the configuration, its state",
    permission="aws_lambda_permission",
    pool_triggers="lambda_config",
    pool_schema="schema",
    parameter="variable",
    hiding="`sensitive`",
    filling="the `arn` of the resource",
    pseudo={
        "AccountId": "account_id",
        "Partition": "partition",
        "Region": "region",
        "URLSuffix": "dns_suffix",
    },
)

SERVERLESS = Dialect(
    readable="the compiled template",
    permission="AWS::Lambda::Permission",
    pool_triggers="LambdaConfig",
    pool_schema="Schema",
    parameter="variable",
    hiding="filling it in at deployment",
    filling="`Fn::Sub` with `${AWS::Region}` and `${AWS::AccountId}`",
    pseudo={},
)

COMMANDS = Dialect(
    readable="the repository",
    permission="`aws lambda add-permission`",
    pool_triggers="--lambda-config",
    pool_schema="--schema",
    parameter="variable",
    hiding="a secret of the system that runs the script",
    filling="the region and account that are meant",
    pseudo={},
    weakness="This holds as far as the commands and files of the repository tell.",
)
