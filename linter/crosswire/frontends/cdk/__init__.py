"""Lower what the AWS CDK synthesizes: templates of an assembly, whose assets lead back to what people wrote."""
