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

    @classmethod
    def _missing_(cls, _word: object) -> "Reason":
        return cls.UNKNOWN

    # on the way
    LAYING_FOUNDATION = "LayingFoundation", "Stream, bucket, tables or another part of the foundation is being made."
    UPLOADING_CODE = "UploadingCode", "The job's zip is being uploaded under the name of its content."
    CREATING = "Creating", "The application does not exist yet and is being created."
    ADOPTING = "Adopting", "An application that was nobody's is being tagged as this resource's."
    UPDATING = "Updating", "The application is being changed to what the spec says; the job restarts from a snapshot."
    STARTING = "Starting", "The application is being started."
    STOPPING = "Stopping", "The application is being stopped."
    DELETING = "Deleting", "The application is being deleted."
    RESHARDING = "Resharding", "The stream is being given the number of shards that is wanted."
    SCALING = "Scaling", "The job's parallelism is being changed because of how far it is behind."
    SNAPSHOTTING = "Snapshotting", "A snapshot of the job's state is being taken."
    PRUNING_SNAPSHOTS = "PruningSnapshots", "A snapshot beyond the retention is being deleted."
    APPLYING_WORKLOADS = "ApplyingWorkloads", "Jobs or CronJobs are being made what the spec says."
    REMEDIATING = "Remediating", "An alarm of the runbook fires, and what the spec allows is being done about it."
    ROLLING_BACK = "RollingBack", "A deployment did not pass the health gate; the last stable one is put back."
    OPERATION_IN_FLIGHT = "OperationInFlight", "The service is carrying out an operation; nothing is started beside it."
    SETTLING_INTENT = "SettlingIntent", "It is not known yet whether the last write took effect; nothing is repeated."
    WAITING_FOR_JOB = "WaitingForJob", "The application is RUNNING, the job has not passed the health gate yet."
    WAITING_FOR_FOUNDATION = "WaitingForFoundation", "A part of the foundation is missing, and others are to make it."
    # there
    AS_SPECIFIED = "AsSpecified", "The world matches the spec."
    HEALTHY = "Healthy", "All vertices run, checkpoints complete, and it has been so for the stated time."
    SUSPENDED = "Suspended", "The spec asks for the job to be stopped, and it is."
    IDLE = "Idle", "Nothing came in for the stated time; the job is stopped with a snapshot until something does."
    PAUSED = "Paused", "The annotation authpulse.io/paused asks the operator to do nothing."
    REPLAYING = "Replaying", "A replay is running."
    ALL_REPLAYED = "AllReplayed", "Every replay of the spec is complete."
    NO_REPLAYS = "NoReplays", "The spec has no replays."
    WAITING_FOR_REPLAY = "WaitingForReplay", "A replay has not begun yet."
    REPLAY_HELD = "ReplayHeld", "A replay is held, by the spec or by remediation."
    KEEPING_UP = "KeepingUp", "The job is close behind the stream."
    BEHIND = "Behind", "The job is far behind the stream."
    NOT_MEASURED = "NotMeasured", "There is nothing to measure yet."
    CHECKS_PASS = "ChecksPass", "The last run of the data-quality checks passed."
    CHECKS_FAIL = "ChecksFail", "The last run of the data-quality checks did not pass."
    # not by itself
    INVALID_SPEC = "InvalidSpec", "The spec cannot be used; healing goes on with the last one that could."
    NOT_OWNED = (
        "NotOwned",
        "An application of that name exists and is not tagged as this resource's; it is not touched.",
    )
    WRONG_ACCOUNT = "WrongAccount", "The credentials are of another account than the spec names."
    UNHEALTHY = "Unhealthy", "The job did not pass the health gate in the stated time."
    ROLLED_BACK = "RolledBack", "The deployment did not pass the health gate; the last stable one runs in its place."
    SNAPSHOT_REFUSED = "SnapshotRefused", "The job can take no snapshot, and the spec says to wait for a person."
    NOTHING_TO_RESTORE = "NothingToRestore", "The snapshot to start from does not exist; it is never done without."
    REPLAY_FAILED = "ReplayFailed", "A replay failed and will not be tried again by itself."
    REMEDIATION_EXHAUSTED = "RemediationExhausted", "An alarm fires and the day's budget of remediation is used up."
    OPERATION_FAILED = "OperationFailed", "The service refused, or could not finish, what it was asked."
    INTERNAL_ERROR = "InternalError", "Something in the operator itself went wrong; its log has more. It tries again."
    NO_WORKER_IMAGE = (
        "NoWorkerImage",
        "Replays, checks or aggregates wait for an image that the operator's settings do not name; all else goes on.",
    )
    ACCESS_DENIED = "AccessDenied", "The operator lacks a permission; the message names the call."
    NOT_RUNNING = "NotRunning", "There is no running job."
    UNKNOWN = "Unknown", "A newer version of the operator wrote a reason that this one does not know."
    DELETED = "Deleted", "What the deletion policy asks for is done."
    ORPHANED = "Orphaned", "Let go by annotation without cleaning up: what it had on AWS is still there."
