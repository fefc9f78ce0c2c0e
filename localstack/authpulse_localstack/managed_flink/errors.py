"""The service's own errors, by its codes.

ManagedFlinkError
├── InvalidArgument, InvalidRequest, UnsupportedOperation
├── ResourceNotFound, ResourceInUse, LimitExceeded, TooManyTags
├── ConcurrentModification            the version id or the token is not the current one
└── InvalidApplicationConfiguration   among others: a snapshot is wanted of a job that does not run
"""


class ManagedFlinkError(Exception):
    """Base; `code` is what the wire carries."""

    code = "InternalFailure"


class InvalidArgument(ManagedFlinkError):
    code = "InvalidArgumentException"


class InvalidRequest(ManagedFlinkError):
    code = "InvalidRequestException"


class UnsupportedOperation(ManagedFlinkError):
    code = "UnsupportedOperationException"


class ResourceNotFound(ManagedFlinkError):
    code = "ResourceNotFoundException"


class ResourceInUse(ManagedFlinkError):
    code = "ResourceInUseException"


class LimitExceeded(ManagedFlinkError):
    code = "LimitExceededException"


class TooManyTags(ManagedFlinkError):
    code = "TooManyTagsException"


class ConcurrentModification(ManagedFlinkError):
    code = "ConcurrentModificationException"


class InvalidApplicationConfiguration(ManagedFlinkError):
    code = "InvalidApplicationConfigurationException"
