"""The folder of one run: unpacked code, configuration, logs, checkpoints. The next run of the application replaces it.

run/code           the zip's content, working directory of both processes
run/conf           Flink's configuration, the property groups, what boot.py is told
run/log            jobmanager.log and taskmanager.log (JSON lines), and what the JVMs print
run/pid            jobmanager and taskmanager
run/checkpoints    retained; a JobManager that died goes on from the latest
run/tmp            RocksDB, blobs, Python's temporary files
"""

import io
import json
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from authpulse_localstack.managed_flink.cluster.port import Deployment, StartFailed


@dataclass(frozen=True, slots=True)
class RunFolder:
    path: Path

    @property
    def code(self) -> Path:
        return self.path / "code"

    @property
    def conf(self) -> Path:
        return self.path / "conf"

    @property
    def tmp(self) -> Path:
        return self.path / "tmp"

    @property
    def launch(self) -> Path:
        return self.conf / "launch.json"

    @property
    def failure(self) -> Path:
        """Why the Python program ended badly; there only if it did."""
        return self.path / "failure"

    def log(self, process: str) -> Path:
        return self.path / "log" / f"{process}.log"

    def output(self, process: str) -> Path:
        return self.path / "log" / f"{process}.out"

    def pid_file(self, process: str) -> Path:
        return self.path / "pid" / process

    def latest_checkpoint(self) -> Path | None:
        """The newest that is complete: its metadata are written last."""
        complete = [p.parent for p in self.path.glob("checkpoints/*/chk-*/_metadata")]
        return max(complete, key=lambda p: (p / "_metadata").stat().st_mtime_ns, default=None)

    def prepare(self, deployment: Deployment) -> None:
        """Empties it and fills in what the deployment says. Raises StartFailed for a zip that lacks what is named."""
        shutil.rmtree(self.path, ignore_errors=True)
        for name in ("code", "conf", "log", "pid", "checkpoints", "tmp"):
            (self.path / name).mkdir(parents=True)
        try:
            with zipfile.ZipFile(io.BytesIO(deployment.code)) as bundle:
                bundle.extractall(self.code)
        except zipfile.BadZipFile as error:
            raise StartFailed(f"the application's code is not a zip file: {error}") from error
        self._check_options(deployment)
        properties = self.conf / "application_properties.json"
        groups = [
            {"PropertyGroupId": name, "PropertyMap": dict(values)}
            for name, values in deployment.property_groups.items()
        ]
        properties.write_text(json.dumps(groups))
        options = deployment.options
        launch = {
            "main": options.python,
            "jar": options.jarfile,
            "python_path": self.python_path(deployment),
            "properties": str(properties),
            "failure": str(self.failure),
        }
        self.launch.write_text(json.dumps(launch))

    def python_path(self, deployment: Deployment) -> list[str]:
        """Folders and archives of `pyFiles`; of a single file, the folder it is in."""
        places = [self.code / name for name in deployment.options.python_files]
        return [str(p.parent if p.suffix == ".py" else p) for p in places]

    def _check_options(self, deployment: Deployment) -> None:
        options = deployment.options
        named = [("python", options.python), *(("pyFiles", name) for name in options.python_files)]
        if options.jarfile:
            named.append(("jarfile", options.jarfile))
        for option, name in named:
            if not (self.code / name).exists():
                raise StartFailed(f"run option {option}: the zip has no {name}")
