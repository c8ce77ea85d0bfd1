"""What the AWS CDK adds to stacks for itself: functions behind its own custom resources, with their roles.

Nobody wrote their code or chose what they may do. The names are those of the constructs in aws-cdk-lib (v1 and v2), in
the modules `core/lib/custom-resource-provider`, `custom-resources`, `aws-s3-notifications`, `aws-s3-deployment`,
`aws-logs`, `aws-events-targets`, `aws-route53`, `aws-certificatemanager`, `aws-ses`, `aws-stepfunctions-tasks`,
`aws-eks`, `aws-dynamodb` and `triggers`. Those with a UUID have it in their source.
"""

from __future__ import annotations

import re

_SINGLETONS = (
    "AWS679f53fac002430cb0da5b7982bd2287",  # AwsCustomResource
    "AWSb4cf1abd4e4f4bc699441af7ccd9ec37",  # the event target AwsApi
    "AWSCDKCfnUtilsProvider",
    "AWSCDKTriggerCustomResourceProvider",
    "BucketNotificationsHandler050a0587b7544547bf325f094a3db834",
    "CustomAWSCDKCfnUtilsProvider",
    "CustomAWSCDKOpenIdConnectProvider",
    "CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C",
    "CustomCrossAccountZoneDelegation",
    "CustomCrossRegionExportReader",
    "CustomCrossRegionExportWriter",
    "CustomCrossRegionStringParameterReader",
    "CustomDeleteExistingRecordSet",
    "CustomECRAutoDeleteImages",
    "CustomS3AutoDeleteObjects",
    "CustomSyntheticsAutoDeleteUnderlyingResources",
    "CustomVpcRestrictDefaultSG",
    "Eval41256dc5445742738ed917bc818694e54",
    "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a",
    "SingletonLambda224e77f9a32e4b4dac32983477abba16",  # DropSpamReceiptRule
)
_ANYWHERE = re.compile(r"framework(?:onEvent|isComplete|onTimeout)|CertificateRequestorFunction")
_SEGMENT = re.compile(r"@aws-cdk--aws-|framework-(?:onEvent|isComplete|onTimeout)$|waiter-state-machine$")


def is_made_by_cdk(logical_id: str, path: str) -> bool:
    """Whether the CDK made a resource for itself. `path` is the resource's `aws:cdk:path`, which may be empty."""
    if logical_id.startswith(_SINGLETONS) or _ANYWHERE.search(logical_id):
        return True
    return any(_SEGMENT.match(segment) for segment in path.split("/"))
