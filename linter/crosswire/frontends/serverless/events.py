"""The events of functions: the resources that the Serverless Framework makes for them, with the permissions and the
statements that it adds by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws import serverless_events as facts
from crosswire.frontends.cloudformation.making import Making
from crosswire.frontends.serverless import names
from crosswire.frontends.serverless.functions import given, is_off, is_on
from crosswire.readers.tree import Entries, Items, Scalar, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crosswire.frontends.cloudformation.intrinsics import Fields
    from crosswire.frontends.serverless.compiling import Compiling
    from crosswire.frontends.serverless.functions import ServiceFunction
    from crosswire.readers.tree import Node

_INVOCATION = ":lambda:path/2015-03-31/functions/"


class _Event:
    """An event: its kind's key, what is given, and the fields of that where it is a mapping."""

    __slots__ = ("fields", "making", "number", "text", "value")

    def __init__(self, key: Scalar, value: Node | None, fields: Fields, number: int) -> None:
        self.making = Making(key)
        self.value = value
        self.fields = fields
        self.number = number
        self.text = text_of(value) if value is not None else None


class Events:
    """Adds what the events of a service's functions make."""

    def __init__(self, compiling: Compiling, functions: Sequence[ServiceFunction]) -> None:
        self._compiling = compiling
        self._read = compiling.read
        self._functions = {function.name: function for function in functions}
        self._listeners: dict[str, tuple[Making, str, list[tuple[str | Scalar, Node | str | None]], list[Node]]] = {}
        self._pools: dict[str, tuple[Making, Node | str, list[tuple[str | Scalar, Node | str | None]]]] = {}

    def of(self, function: ServiceFunction) -> None:
        """Add what the events of a function make."""
        listed = given(function.fields, "events")
        items = self._read.items(listed)[0] if listed is not None else []
        number = 0
        for item in items:
            pairs = self._read.fields(item).pairs if not isinstance(item, Scalar) else [(item, None)]
            for key, value in pairs:
                number += 1
                add = _KINDS.get(key.text)
                if add is not None and not (value is not None and is_off(value) and not _is_null(value)):
                    fields = self._read.fields(None if isinstance(value, Scalar) else value)
                    add(self, function, _Event(key, value, fields, number))
        self._add_destinations(function)

    def finish(self) -> None:
        """Add the buckets, topics and pools that several events share."""
        for id, (making, type, properties, items) in self._listeners.items():
            configurations = making.list(items)
            if type == "AWS::S3::Bucket":
                notification = making.mapping([("LambdaConfigurations", configurations)])
                properties = [*properties, ("NotificationConfiguration", notification)]
            else:
                properties = [*properties, ("Subscription", configurations)]
            self._compiling.add(id, making, making.resource(type, properties))
        for id, (making, name, triggers) in self._pools.items():
            body = making.resource(
                "AWS::Cognito::UserPool", [("UserPoolName", name), ("LambdaConfig", making.mapping(triggers))]
            )
            self._compiling.add(id, making, body)

    # -- APIs

    def _add_http(self, function: ServiceFunction, event: _Event) -> None:
        making = event.making
        method, path = self._route(event)
        if (self._read.text(event.fields.get("integration")) or "").lower() in facts.NOT_INVOKING:
            return
        api = self._rest_api(making)
        parent: Node | None = making.attribute(names.REST_API, "RootResourceId")
        ending = ""
        parts = [part for part in path.strip("/").split("/") if part] if path is not None else []
        if symbol_free(api) or path is None:
            parent = None  # the path below a foreign API is not known
        else:
            for index, part in enumerate(parts):
                ending = names.path_id("/".join(parts[: index + 1]))
                body = making.resource(
                    "AWS::ApiGateway::Resource",
                    [("RestApiId", api), ("ParentId", parent), ("PathPart", part)],
                )
                self._compiling.add(f"ApiGatewayResource{ending}", making, body)
                parent = making.ref(f"ApiGatewayResource{ending}")
        uri = self._invocation(making, function.arn(making))
        integration = making.mapping([("Type", "AWS_PROXY"), ("IntegrationHttpMethod", "POST"), ("Uri", uri)])
        body = making.resource(
            "AWS::ApiGateway::Method",
            [("RestApiId", api), ("ResourceId", parent), ("HttpMethod", method), ("Integration", integration)],
        )
        spelt = ending or names.path_id(path or f"event{event.number}")
        self._compiling.add(f"ApiGatewayMethod{spelt}{method.capitalize()}", making, body)
        prefix = names.normal(function.name)
        self._let_api_in(f"{prefix}LambdaPermissionApiGateway", making, function.arn(making), api, "/*/*")
        self._add_rest_authorizer(event, api)

    def _route(self, event: _Event) -> tuple[str, str | None]:
        """The method and the path of an event, written as one text or as two fields."""
        if event.text is not None:
            method, _, path = event.text.strip().partition(" ")
            return (method.upper(), path.strip()) if path else ("ANY", method)
        method = self._read.text(event.fields.get("method")) or "ANY"
        return ("ANY" if method == "*" else method.upper()), self._read.text(event.fields.get("path"))

    def _rest_api(self, making: Making) -> Node:
        settings = self._read.fields(self._compiling.provider.get("apiGateway"))
        foreign = given(settings, "restApiId")
        if foreign is not None:
            return foreign
        name = given(self._compiling.provider, "apiName") or self._compiling.variables.stack_name(
            self._compiling.making.text("")
        )
        self._compiling.add(names.REST_API, making, making.resource("AWS::ApiGateway::RestApi", [("Name", name)]))
        return making.ref(names.REST_API)

    def _invocation(self, making: Making, arn: Node) -> Node:
        before: list[Node | str] = ["arn:", making.ref("AWS::Partition"), ":apigateway:", making.ref("AWS::Region")]
        return making.join([*before, _INVOCATION, arn, "/invocations"])

    def _let_api_in(self, id: str, making: Making, function: Node, api: Node, ending: str) -> None:
        self._compiling.permit(id, making, function, facts.PRINCIPALS["api"], making.arn("execute-api", api, ending))

    def _add_rest_authorizer(self, event: _Event, api: Node) -> None:
        node = event.fields.get("authorizer")
        if node is None:
            return
        making = event.making
        fields = self._read.fields(None if isinstance(node, Scalar) else node)
        name = text_of(node) or self._read.text(fields.get("name"))
        arn = fields.get("arn")
        known = self._functions.get(name or "")
        if arn is None and isinstance(node, Scalar) and name is not None and name.startswith("arn:"):
            arn = node
        kind = (self._read.text(fields.get("type")) or "TOKEN").upper()
        if kind == "COGNITO_USER_POOLS" or (arn is not None and ":cognito-idp:" in self._compiling.variables.text(arn)):
            return
        if known is None and arn is None:
            return
        target = known.arn(making) if known is not None else arn
        assert target is not None
        title = names.normal(name or f"event{event.number}")
        if "/" in title or ":" in title:
            title = names.plain(title)
        if known is not None:
            body = making.resource(
                "AWS::ApiGateway::Authorizer",
                [("RestApiId", api), ("Type", kind), ("AuthorizerUri", self._invocation(making, target))],
            )
            self._compiling.add(f"{title}ApiGatewayAuthorizer", making, body)
        self._let_api_in(f"{title}LambdaPermissionApiGateway", making, target, api, "/*/*")

    def _add_http_api(self, function: ServiceFunction, event: _Event) -> None:
        making = event.making
        method, path = self._route(event)
        key = "$default" if path in ("*", None) else f"{method} {path if path.startswith('/') else '/' + path}"
        if event.text == "*":
            key = "$default"
        settings = self._read.fields(self._compiling.provider.get("httpApi"))
        api = given(settings, "id")
        if api is None:
            name = given(settings, "name") or self._compiling.variables.stack_name(self._compiling.making.text(""))
            body = making.resource("AWS::ApiGatewayV2::Api", [("Name", name), ("ProtocolType", "HTTP")])
            self._compiling.add(names.HTTP_API, making, body)
            api = making.ref(names.HTTP_API)
        self._add_route(function, making, api, "HttpApi", key, names.plain(key.replace("{", "").replace("}", "Var")))
        prefix = names.normal(function.name)
        self._let_api_in(f"{prefix}LambdaPermissionHttpApi", making, function.arn(making), api, "/*")
        self._add_http_authorizers(settings, api)

    def _add_route(
        self, function: ServiceFunction, making: Making, api: Node, prefix: str, key: str, ending: str
    ) -> None:
        integration = f"{prefix}Integration{names.normal(function.name)}"
        arn: Node = function.arn(making)
        if prefix != names.HTTP_API:
            integration, arn = f"{names.normal(function.name)}WebsocketsIntegration", self._invocation(making, arn)
        self._compiling.add(
            integration,
            making,
            making.resource(
                "AWS::ApiGatewayV2::Integration",
                [("ApiId", api), ("IntegrationType", "AWS_PROXY"), ("IntegrationUri", arn)],
            ),
        )
        target = making.join(["integrations/", making.ref(integration)])
        self._compiling.add(
            f"{prefix}Route{ending}" if prefix == names.HTTP_API else f"{ending}WebsocketsRoute",
            making,
            making.resource("AWS::ApiGatewayV2::Route", [("ApiId", api), ("RouteKey", key), ("Target", target)]),
        )

    def _add_http_authorizers(self, settings: Fields, api: Node) -> None:
        for key, node in self._read.fields(settings.get("authorizers")).pairs:
            fields = self._read.fields(node)
            if self._read.text(fields.get("type")) != "request":
                continue
            making = Making(key)
            known = self._functions.get(self._read.text(fields.get("functionName")) or "")
            arn = known.arn(making) if known is not None else fields.get("functionArn")
            if arn is None:
                continue
            if known is not None:
                body = making.resource(
                    "AWS::ApiGatewayV2::Authorizer",
                    [("ApiId", api), ("AuthorizerType", "REQUEST"), ("AuthorizerUri", self._invocation(making, arn))],
                )
                self._compiling.add(f"HttpApiAuthorizer{names.normal(key.text)}", making, body)
            self._let_api_in(f"{names.normal(key.text)}LambdaAuthorizerPermissionHttpApi", making, arn, api, "/*")

    def _add_websocket(self, function: ServiceFunction, event: _Event) -> None:
        making = event.making
        route = event.text or self._read.text(event.fields.get("route")) or "$default"
        settings = self._read.fields(self._compiling.provider.get("apiGateway"))
        api = given(settings, "websocketApiId")
        if api is None:
            name = given(self._compiling.provider, "websocketsApiName")
            body = making.resource(
                "AWS::ApiGatewayV2::Api",
                [("Name", name), ("ProtocolType", "WEBSOCKET"), ("RouteSelectionExpression", "$")],
            )
            self._compiling.add(names.WEBSOCKET_API, making, body)
            api = making.ref(names.WEBSOCKET_API)
        self._add_route(function, making, api, names.WEBSOCKET_API, route, names.route_id(route))
        prefix = names.normal(function.name)
        self._compiling.permit(
            f"{prefix}LambdaPermissionWebsockets", making, function.arn(making), facts.PRINCIPALS["api"], None
        )
        connections = making.join(["arn:", making.ref("AWS::Partition"), ":execute-api:*:*:*/@connections/*"])
        function.allow(making, facts.SOCKET_ACTIONS, [connections])
        node = event.fields.get("authorizer")
        fields = self._read.fields(None if isinstance(node, Scalar) else node)
        known = self._functions.get(text_of(node) or self._read.text(fields.get("name")) or "")
        if known is not None:
            body = making.resource(
                "AWS::ApiGatewayV2::Authorizer",
                [("ApiId", api), ("AuthorizerUri", self._invocation(making, known.arn(making)))],
            )
            title = names.normal(known.name)
            self._compiling.add(f"{title}WebsocketsAuthorizer", making, body)
            self._compiling.permit(
                f"{title}LambdaPermissionWebsockets", making, known.arn(making), facts.PRINCIPALS["api"], None
            )

    def _add_alb(self, function: ServiceFunction, event: _Event) -> None:
        making = event.making
        target = making.mapping([("Id", function.arn(making))])
        prefix = names.normal(function.name)
        self._compiling.add(
            f"{prefix}AlbTargetGroup{event.number}",
            making,
            making.resource(
                "AWS::ElasticLoadBalancingV2::TargetGroup",
                [("TargetType", "lambda"), ("Targets", making.list([target]))],
            ),
        )
        self._compiling.permit(
            f"{prefix}LambdaPermissionRegisterTarget", making, function.arn(making), facts.PRINCIPALS["alb"], None
        )

    def _add_cloud_front(self, function: ServiceFunction, event: _Event) -> None:
        making = event.making
        associated = making.mapping(
            [("EventType", event.fields.get("eventType")), ("LambdaFunctionARN", function.arn(making))]
        )
        behavior = making.mapping([("LambdaFunctionAssociations", making.list([associated]))])
        config = making.mapping([("DefaultCacheBehavior", behavior)])
        body = making.resource("AWS::CloudFront::Distribution", [("DistributionConfig", config)])
        self._compiling.add(f"CloudFrontDistribution{event.number}{function.id}", making, body)
        function.principals.append(facts.EDGE_PRINCIPAL)

    # -- buckets, topics, pools

    def _add_s3(self, function: ServiceFunction, event: _Event) -> None:
        making = event.making
        bucket = self._main(event, "bucket")
        if bucket is None:
            return
        spelt = self._compiling.variables.text(bucket)
        settings = self._read.fields(self._read.fields(self._compiling.provider.get("s3")).get(spelt))
        name = given(settings, "name") or bucket
        prefix = names.normal(function.name)
        permission = f"{prefix}LambdaPermission{names.plain(spelt)}S3"
        account = (("SourceAccount", making.ref("AWS::AccountId")),)
        source = making.join(["arn:", making.ref("AWS::Partition"), ":s3:::", name])
        self._compiling.permit(permission, making, function.arn(making), facts.PRINCIPALS["s3"], source, more=account)
        if is_on(event.fields.get("existing")):
            body = making.resource("Custom::S3", [("FunctionName", making.ref(function.id)), ("BucketName", name)])
            self._compiling.add(f"{prefix}CustomS3{event.number}", making, body)
            return
        kind = self._read.text(event.fields.get("event")) or "s3:ObjectCreated:*"
        configuration = making.mapping([("Event", kind), ("Function", function.arn(making))])
        own = [
            (_upper(key), value)
            for key, value in settings.pairs
            if key.text not in ("name", "notificationConfiguration")
        ]
        _, _, _, items = self._listeners.setdefault(
            f"S3Bucket{names.plain(spelt)}", (making, "AWS::S3::Bucket", [("BucketName", name), *own], [])
        )
        items.append(configuration)

    def _add_sns(self, function: ServiceFunction, event: _Event) -> None:
        making = event.making
        prefix = names.normal(function.name)
        arn = self._main(event, "arn")
        topic = event.fields.get("topicName")
        named = topic if topic is not None else arn
        if named is None:
            return
        spelt = self._compiling.variables.text(named)
        if (
            topic is None
            and isinstance(arn, (Scalar, Items))
            and not spelt.startswith("arn:")
            and not event.fields.pairs
        ):
            topic, arn = arn, None
        title = names.plain(spelt.rpartition(":")[2])
        if arn is not None:
            body = making.resource(
                "AWS::SNS::Subscription",
                [("TopicArn", arn), ("Protocol", "lambda"), ("Endpoint", function.arn(making))],
            )
            self._compiling.add(f"{prefix}SnsSubscription{title}", making, body)
            source = arn
        else:
            id = f"SNSTopic{title}"
            subscription = making.mapping([("Endpoint", function.arn(making)), ("Protocol", "lambda")])
            _, _, _, items = self._listeners.setdefault(id, (making, "AWS::SNS::Topic", [("TopicName", topic)], []))
            items.append(subscription)
            source = making.arn("sns", named)
        self._compiling.permit(
            f"{prefix}LambdaPermission{title}SNS", making, function.arn(making), facts.PRINCIPALS["sns"], source
        )

    def _add_cognito_user_pool(self, function: ServiceFunction, event: _Event) -> None:
        making = event.making
        pool = event.fields.get("pool")
        trigger = self._read.text(event.fields.get("trigger"))
        if pool is None or trigger is None:
            return
        title = names.plain(self._compiling.variables.text(pool))
        prefix = names.normal(function.name)
        permission = f"{prefix}LambdaPermissionCognitoUserPool{title}TriggerSource{trigger}"
        if is_on(event.fields.get("existing")):
            body = making.resource("Custom::CognitoUserPool", [("FunctionName", making.ref(function.id))])
            self._compiling.add(f"{prefix}CustomCognitoUserPool{event.number}", making, body)
            source: Node = making.arn("cognito-idp", "userpool/*")
        else:
            id = f"CognitoUserPool{title}"
            arn: Node = function.arn(making)
            if trigger in facts.COGNITO_SENDERS:
                arn = making.mapping([("LambdaArn", arn)])
            self._pools.setdefault(id, (making, pool, []))[2].append((trigger, arn))
            source = making.attribute(id)
        self._compiling.permit(permission, making, function.arn(making), facts.PRINCIPALS["cognitoUserPool"], source)

    # -- rules and subscriptions

    def _add_schedule(self, function: ServiceFunction, event: _Event) -> None:
        if self._read.text(event.fields.get("method")) == "scheduler":
            making = event.making
            function.allow(making, facts.DESTINATION_ACTIONS["function"], [function.arn(making)])
            function.principals.append(facts.SCHEDULER_PRINCIPAL)
            return
        rate = self._main(event, "rate")
        if isinstance(rate, Items) and not rate.tag:
            rate = rate.items[0] if rate.items else None
        self._add_rule(function, event, "EventsRuleSchedule", [("ScheduleExpression", rate)])

    def _add_cloudwatch_event(self, function: ServiceFunction, event: _Event) -> None:
        self._add_rule(function, event, "EventsRuleCloudWatchEvent", [("EventPattern", event.fields.get("event"))])

    def _add_event_bridge(self, function: ServiceFunction, event: _Event) -> None:
        bus = event.fields.get("eventBus")
        name = text_of(bus)
        if name == "default":
            bus = None
        properties: list[tuple[str | Scalar, Node | str | None]] = [
            ("Name", event.fields.get("name")),
            ("EventBusName", bus),
            ("EventPattern", event.fields.get("pattern")),
            ("ScheduleExpression", event.fields.get("schedule")),
        ]
        self._add_rule(function, event, "EventBridgeRule", properties)
        if name is not None and name != "default" and not name.startswith("arn:"):
            making = event.making
            body = making.resource("AWS::Events::EventBus", [("Name", name)])
            self._compiling.add(f"{names.normal(name)}EventBridgeEventBus", making, body)

    def _add_rule(
        self,
        function: ServiceFunction,
        event: _Event,
        kind: str,
        properties: list[tuple[str | Scalar, Node | str | None]],
    ) -> None:
        making = event.making
        prefix = names.normal(function.name)
        rule = f"{prefix}{kind}{event.number}"
        target = making.mapping([("Arn", function.arn(making)), ("Id", rule)])
        body = making.resource("AWS::Events::Rule", [*properties, ("Targets", making.list([target]))])
        self._compiling.add(rule, making, body)
        self._compiling.permit(
            f"{prefix}LambdaPermission{kind}{event.number}",
            making,
            function.arn(making),
            facts.PRINCIPALS["rule"],
            making.attribute(rule),
        )

    def _add_cloudwatch_log(self, function: ServiceFunction, event: _Event) -> None:
        making = event.making
        group = self._main(event, "logGroup")
        if group is None:
            return
        prefix = names.normal(function.name)
        body = making.resource(
            "AWS::Logs::SubscriptionFilter",
            [("LogGroupName", group), ("DestinationArn", function.arn(making))],
        )
        self._compiling.add(f"{prefix}LogsSubscriptionFilterCloudWatchLog{event.number}", making, body)
        self._compiling.permit(
            f"{prefix}LambdaPermissionLogsSubscriptionFilterCloudWatchLog{event.number}",
            making,
            function.arn(making),
            facts.PRINCIPALS["cloudwatchLog"],
            making.arn("logs", "log-group:", group, ":*"),
        )

    def _add_iot(self, function: ServiceFunction, event: _Event) -> None:
        making = event.making
        prefix = names.normal(function.name)
        rule = f"{prefix}IotTopicRule{event.number}"
        action = making.mapping([("Lambda", making.mapping([("FunctionArn", function.arn(making))]))])
        payload = making.mapping([("Actions", making.list([action])), ("Sql", event.fields.get("sql"))])
        body = making.resource(
            "AWS::IoT::TopicRule", [("RuleName", event.fields.get("name")), ("TopicRulePayload", payload)]
        )
        self._compiling.add(rule, making, body)
        self._compiling.permit(
            f"{prefix}LambdaPermissionIotTopicRule{event.number}",
            making,
            function.arn(making),
            facts.PRINCIPALS["iot"],
            making.attribute(rule),
        )

    def _add_iot_fleet_provisioning(self, function: ServiceFunction, event: _Event) -> None:
        making = event.making
        prefix = names.normal(function.name)
        hook = making.mapping([("TargetArn", function.arn(making))])
        body = making.resource(
            "AWS::IoT::ProvisioningTemplate",
            [("PreProvisioningHook", hook), ("ProvisioningRoleArn", event.fields.get("provisioningRoleArn"))],
        )
        self._compiling.add(f"{prefix}IotFleetProvisioning", making, body)
        self._compiling.permit(
            f"{prefix}LambdaPermissionIotFleetProvisioning",
            making,
            function.arn(making),
            facts.PRINCIPALS["iot"],
            None,
        )

    def _add_alexa_skill(self, function: ServiceFunction, event: _Event) -> None:
        self._add_alexa(function, event, "alexaSkill")

    def _add_alexa_smart_home(self, function: ServiceFunction, event: _Event) -> None:
        self._add_alexa(function, event, "alexaSmartHome")

    def _add_alexa(self, function: ServiceFunction, event: _Event, kind: str) -> None:
        making = event.making
        skill = event.value if event.text is not None else event.fields.get("appId")
        more = (("EventSourceToken", skill),) if skill is not None else ()
        self._compiling.permit(
            f"{names.normal(function.name)}LambdaPermission{kind[0].upper()}{kind[1:]}{event.number}",
            making,
            function.arn(making),
            facts.PRINCIPALS[kind],
            None,
            more=more,
        )

    # -- what Lambda polls

    def _add_sqs(self, function: ServiceFunction, event: _Event) -> None:
        arn = self._main(event, "arn")
        if arn is not None:
            self._add_mapping(function, event, "SQS", arn)
            function.allow(event.making, facts.QUEUE_ACTIONS, [arn])

    def _add_stream(self, function: ServiceFunction, event: _Event) -> None:
        arn = self._main(event, "arn")
        if arn is None:
            return
        kind = self._read.text(event.fields.get("type")) or _stream_kind(self._compiling.variables.text(arn))
        self._add_mapping(function, event, names.plain(kind or "stream"), arn)
        for known, actions in facts.STREAM_ACTIONS.items():
            if kind in (known, None):
                function.allow(event.making, actions, [arn])
        if not is_off(event.fields.get("consumer")):
            function.allow(event.making, facts.CONSUMER_ACTIONS, ["*"])
        failed = self._read.fields(event.fields.get("destinations")).get("onFailure")
        if failed is not None:
            self._allow_destination(function, event.making, failed)

    def _add_msk(self, function: ServiceFunction, event: _Event) -> None:
        arn = self._main(event, "arn")
        if arn is not None:
            self._add_mapping(function, event, "MSK", arn)
            function.allow(event.making, facts.CLUSTER_ACTIONS, [arn])
            function.allow(event.making, facts.NETWORK_ACTIONS, ["*"])

    def _add_kafka(self, function: ServiceFunction, event: _Event) -> None:
        self._add_mapping(function, event, "Kafka", None)
        settings = self._read.fields(event.fields.get("accessConfigurations"))
        for name in facts.KAFKA_SECRETS:
            secrets = self._read.items(settings.get(name))[0]
            if secrets:
                function.allow(event.making, facts.SECRET_ACTIONS, list(secrets))
        if settings.get("vpcSubnet") is not None:
            function.allow(event.making, facts.NETWORK_ACTIONS, ["*"])

    def _add_activemq(self, function: ServiceFunction, event: _Event) -> None:
        self._add_broker(function, event, "ActiveMQ")

    def _add_rabbitmq(self, function: ServiceFunction, event: _Event) -> None:
        self._add_broker(function, event, "RabbitMQ")

    def _add_broker(self, function: ServiceFunction, event: _Event, kind: str) -> None:
        arn, secret = self._main(event, "arn"), event.fields.get("basicAuthArn")
        if arn is None:
            return
        self._add_mapping(function, event, kind, arn)
        function.allow(event.making, facts.BROKER_ACTIONS, [arn])
        function.allow(event.making, facts.NETWORK_ACTIONS, ["*"])
        if secret is not None:
            function.allow(event.making, facts.SECRET_ACTIONS, [secret])

    def _main(self, event: _Event, name: str) -> Node | None:
        """What an event is about: one of its fields, or all that is given where that is a text."""
        own = event.fields.get(name)
        if own is not None or event.value is None:
            return own
        return event.value if isinstance(event.value, (Scalar, Items)) or _is_function(event.value) else None

    def _add_mapping(self, function: ServiceFunction, event: _Event, kind: str, arn: Node | None) -> None:
        making = event.making
        body = making.resource(
            "AWS::Lambda::EventSourceMapping", [("FunctionName", function.arn(making)), ("EventSourceArn", arn)]
        )
        title = "" if arn is None else names.plain(self._compiling.variables.text(arn).rpartition(":")[2])
        id = f"{names.normal(function.name)}EventSourceMapping{kind}{title}"
        if id in self._compiling.resources:
            id += str(event.number)
        self._compiling.add(id, making, body)

    # -- what a function's results are sent to

    def _add_destinations(self, function: ServiceFunction) -> None:
        destinations = self._read.fields(function.fields.get("destinations"))
        for name in ("onSuccess", "onFailure"):
            node, key = given(destinations, name), destinations.key(name)
            if node is not None and key is not None:
                self._allow_destination(function, Making(key), node)

    def _allow_destination(self, function: ServiceFunction, making: Making, node: Node) -> None:
        fields = self._read.fields(None if isinstance(node, Scalar) or _is_function(node) else node)
        arn = fields.get("arn") or node
        known = self._functions.get(text_of(arn) or "")
        kind = self._read.text(fields.get("type"))
        if known is not None:
            function.allow(making, facts.DESTINATION_ACTIONS["function"], [known.arn(making)])
            return
        spelt = self._compiling.variables.text(arn)
        for part, type in facts.SERVICES_OF_DESTINATIONS.items():
            if kind == type or (kind is None and part in spelt):
                function.allow(making, facts.DESTINATION_ACTIONS[type], [arn])
                return
        function.allow(making, tuple(one for actions in facts.DESTINATION_ACTIONS.values() for one in actions), [arn])


def symbol_free(api: Node) -> bool:
    """Whether an API is none that the service declares."""
    return not (isinstance(api, Scalar) and api.tag == "!Ref" and api.text == names.REST_API)


def _upper(key: Scalar) -> Scalar:
    return Scalar(key.text[:1].upper() + key.text[1:], key.source, key.start, key.end)


def _is_null(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.is_null


def _is_function(node: Node) -> bool:
    return isinstance(node, Entries) and len(node.pairs) == 1 and node.pairs[0][0].text.startswith(("Fn::", "Ref"))


def _stream_kind(arn: str) -> str | None:
    """The service of a stream, by an ARN or by the attribute that gives it."""
    if ":kinesis:" in arn:
        return "kinesis"
    return "dynamodb" if ":dynamodb:" in arn or arn.endswith("StreamArn") else None


_KINDS: dict[str, Callable[[Events, ServiceFunction, _Event], None]] = {
    "activemq": Events._add_activemq,
    "alb": Events._add_alb,
    "alexaSkill": Events._add_alexa_skill,
    "alexaSmartHome": Events._add_alexa_smart_home,
    "cloudFront": Events._add_cloud_front,
    "cloudwatchEvent": Events._add_cloudwatch_event,
    "cloudwatchLog": Events._add_cloudwatch_log,
    "cognitoUserPool": Events._add_cognito_user_pool,
    "eventBridge": Events._add_event_bridge,
    "http": Events._add_http,
    "httpApi": Events._add_http_api,
    "iot": Events._add_iot,
    "iotFleetProvisioning": Events._add_iot_fleet_provisioning,
    "kafka": Events._add_kafka,
    "msk": Events._add_msk,
    "rabbitmq": Events._add_rabbitmq,
    "s3": Events._add_s3,
    "schedule": Events._add_schedule,
    "sns": Events._add_sns,
    "sqs": Events._add_sqs,
    "stream": Events._add_stream,
    "websocket": Events._add_websocket,
}
"""What adds an event, by the kind that serverless.yml calls it."""
