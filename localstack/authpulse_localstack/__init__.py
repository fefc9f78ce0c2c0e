"""An AWS on one machine with a real data plane: providers for LocalStack.

`kinesis` keeps records in memory at a flat cost, `managed_flink` (kinesisanalyticsv2) runs each application on a Flink
of its own, `glue` adds the compare-and-set that Iceberg commits rely on, `athena` runs SQL over the Iceberg tables.
`python -m authpulse_localstack` starts it all on one loopback port.
"""
