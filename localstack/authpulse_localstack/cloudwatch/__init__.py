"""CloudWatch: LocalStack's own, with metrics told apart by their dimensions, and alarms that are judged in time."""
