"""One Flink per application: a JobManager in application mode and one TaskManager, from the pip distribution.

`port` is what the lifecycle needs of it, `flink` carries that out with processes.
"""
