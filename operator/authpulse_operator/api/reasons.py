"""Why a condition is as it is: the closed list. Conditions, events, log lines and metrics use the same words."""

from enum import StrEnum
from typing import Self


class Reason(StrEnum):
    """A reason with its meaning in one sentence."""

    meaning: str

    def __new__(cls, word: str, meaning: str) -> Self:
        member = str.__new__(cls, word)
        member._value_ = word
        member.meaning = meaning
        return member

    # on the way
    LAYING_FOUNDATION = "LayingFoundation", "Stream, bucket, tables or another part of the foundation is being made."
    UPLOADING_CODE = "UploadingCode", "The job's zip is being uploaded under the name of its content."
    CREATING = "Creating", "The application does not exist yet and is being created."
    UPDATING = "Updating", "The application is being changed to what the spec says; the job restarts from a snapshot."
    STARTING = "Starting", "The application is being started."
    STOPPING = "Stopping", "The application is being stopped with a snapshot."
    DELETING = "Deleting", "The application is being deleted."
    RESHARDING = "Resharding", "The stream is being given the number of shards that the spec says."
    OPERATION_IN_FLIGHT = "OperationInFlight", "The service is carrying out an operation; nothing is started beside it."
    WAITING_FOR_JOB = "WaitingForJob", "The application is RUNNING, the job has not passed the health gate yet."
    # there
    AS_SPECIFIED = "AsSpecified", "The world matches the spec."
    HEALTHY = "Healthy", "All vertices run, checkpoints complete, and it has been so for the stated time."
    SUSPENDED = "Suspended", "The spec asks for the job to be stopped, and it is."
    REPLAYING = "Replaying", "A replay is running."
    ALL_REPLAYED = "AllReplayed", "Every replay of the spec is complete."
    NO_REPLAYS = "NoReplays", "The spec has no replays."
    WAITING_FOR_REPLAY = "WaitingForReplay", "A replay has not begun yet."
    # not by itself
    NOT_OWNED = (
        "NotOwned",
        "An application of that name exists and is not tagged as this resource's; it is not touched.",
    )
    UNHEALTHY = "Unhealthy", "The job did not pass the health gate in the stated time."
    REPLAY_FAILED = "ReplayFailed", "A replay failed and will not be tried again by itself."
    OPERATION_FAILED = "OperationFailed", "The service refused, or could not finish, what it was asked."
    NOT_RUNNING = "NotRunning", "There is no running job."
    DELETED = "Deleted", "What the deletion policy asks for is done."
