"""Managed Service for Apache Flink (kinesisanalyticsv2) with a real Flink behind every application.

`store` remembers applications, `lifecycle` knows what may happen to them and when, `configuration` and `shapes` speak
the API's irregular words, `cluster` runs Flink, `reporting` carries logs and metrics to CloudWatch, `provider` is the
API in front of it all. Nothing but the last three knows LocalStack or processes.
"""
