"""The Managed Flink application: Python composes the pipeline, the Maven module in `engine/` does the per-event work.

`rules` and `properties` are what it is configured with, `pipeline` puts it together, `main` is the service's entry
point, `python -m flink_job` the bounded run on one machine, and `reference` says in plain Python what scoring means.
"""
