"""`authpulse quality`: the checks of the operator's schedule, run once over a pipeline on this machine."""

import os
from pathlib import Path

from authpulse.cli.pipeline import running_pipeline
from authpulse.cli.progress import Steps
from authpulse.configuration import load
from authpulse.ending import STDERR


def check_quality(suite: str, *, window: str, environment: str | None, reports: Path, as_json: bool) -> int:
    """0 everything passed, 1 a breach, 2 no answer."""
    from quality.printing import print_report
    from quality.run_quality_checks import ended
    from quality.running import run

    def check() -> int:
        pipeline = running_pipeline(environment)
        configuration = load(pipeline.home.configuration, os.environ)
        with Steps(STDERR) as steps:
            report = run(configuration, suite, window, folder=reports, say=steps.at)
        print_report(report, as_json=as_json)
        return report.exit_code

    return ended(check)
