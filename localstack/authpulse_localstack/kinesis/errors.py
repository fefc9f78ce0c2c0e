"""Kinesis' own errors, by the service's codes.

KinesisError
├── ResourceNotFound, ResourceInUse, InvalidArgument, LimitExceeded
└── ProvisionedThroughputExceeded, ExpiredIterator
"""


class KinesisError(Exception):
    """Base; `code` is what the wire carries."""

    code = "InternalFailure"


class ResourceNotFound(KinesisError):
    code = "ResourceNotFoundException"


class ResourceInUse(KinesisError):
    code = "ResourceInUseException"


class InvalidArgument(KinesisError):
    code = "InvalidArgumentException"


class LimitExceeded(KinesisError):
    code = "LimitExceededException"


class ProvisionedThroughputExceeded(KinesisError):
    code = "ProvisionedThroughputExceededException"


class ExpiredIterator(KinesisError):
    code = "ExpiredIteratorException"
