"""Kinesis in memory: a flat cost per record, real shards, real iterators.

`store` knows streams, shards and records and nothing of LocalStack; `provider` is the API on top of it.
"""
