"""`authpulse down`: everything that `up` started ends, in the order that loses nothing."""

from datetime import timedelta

from authpulse.cli.ending import STDERR
from authpulse.cli.pipeline import Pipeline, home_of, local_aws_of
from authpulse.cli.progress import Steps
from authpulse.errors import AuthPulseError
from authpulse_operator.adapters.local.home import Home
from authpulse_operator.adapters.local.replays import LocalReplays
from authpulse_operator.runtime.embedded import is_suspended, run_until

WITHIN = timedelta(minutes=5)


def bring_down(environment: str | None, *, purge: bool, force: bool) -> int:
    """Replays, job with a snapshot, local AWS. Raises AuthPulseError when the job can take no snapshot."""
    home = home_of(environment)
    with home.locked(), Steps(STDERR) as steps:
        process = local_aws_of(home)
        aws, resource = process.find(), home.applied()
        if aws is not None and resource is not None and not purge:
            steps.at("job", "stopping it with a snapshot")
            suspended = resource.model_copy(update={"spec": resource.spec.model_copy(update={"suspend": True})})
            _suspend(Pipeline(suspended, home, aws), force=force)
        _stop_replays(home)
        steps.at("local AWS", "saving its state" if not purge else "")
        process.stop()
    if purge:
        home.purge()
    STDERR.print(f"stopped; {'nothing is left' if purge else f'data stay in {home.path}'}")
    return 0


def _suspend(pipeline: Pipeline, *, force: bool) -> None:
    try:
        run_until(is_suspended, pipeline.plan(), pipeline.world(), within=WITHIN)
    except AuthPulseError as error:
        if not force:
            raise AuthPulseError(
                f"{error}; --force stops without a snapshot: the job then goes on from an older one"
            ) from error


def _stop_replays(home: Home) -> None:
    replays = LocalReplays(home, configuration=home.configuration)
    for folder in home.replays.glob("*"):
        replays.stop_replay(folder.name)
