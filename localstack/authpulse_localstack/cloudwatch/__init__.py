"""CloudWatch: LocalStack's own, with alarm tags that are not forgotten."""
