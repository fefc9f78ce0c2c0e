"""`authpulse down`: everything that `up` started ends, in the order that loses nothing."""

from datetime import timedelta
from typing import Final

from authpulse.cli import places
from authpulse.cli.pipeline import Pipeline, home_of, local_aws_of
from authpulse.cli.progress import Steps
from authpulse.ending import STDERR
from authpulse.errors import AuthPulseError
from authpulse_operator.adapters.local.home import Home
from authpulse_operator.adapters.local.local_aws import LocalAwsProcess
from authpulse_operator.adapters.local.replays import LocalReplays
from authpulse_operator.runtime.embedded import is_suspended, run_until

WITHIN: Final = timedelta(minutes=5)
ANSWER_SECONDS: Final = 20


def bring_down(environment: str | None, *, purge: bool, force: bool) -> int:
    """Replays, job with a snapshot, local AWS. Raises AuthPulseError when the job can take no snapshot."""
    if not places.environments_at_home():
        STDERR.print("nothing was started here")
        return 0
    home = home_of(environment)
    with home.locked(), Steps(STDERR) as steps:
        process = local_aws_of(home)
        if not purge:
            _suspend(home, process, steps, force=force)
        LocalReplays(home, configuration=home.configuration).stop_all()
        steps.at("local AWS", "stopping" if purge else "saving its state")
        process.stop()
        if purge:
            home.purge()
    STDERR.print(f"stopped; {'nothing is left' if purge else f'data stay in {home.path}'}")
    return 0


def _suspend(home: Home, process: LocalAwsProcess, steps: Steps, *, force: bool) -> None:
    try:
        aws, resource = process.find(within_seconds=ANSWER_SECONDS), home.applied()
        if aws is None or resource is None:
            return
        steps.at("job", "stopping it with a snapshot")
        suspended = resource.model_copy(update={"spec": resource.spec.model_copy(update={"suspend": True})})
        pipeline = Pipeline(suspended, home, aws)
        run_until(is_suspended, pipeline.plan(), pipeline.world(), within=WITHIN)
    except AuthPulseError as error:
        if force:
            steps.say(f"going on without a snapshot: {error}")
        else:
            raise AuthPulseError(
                f"{error}; --force stops without a snapshot: the job then goes on from an older one"
            ) from error
