"""A thousand resources on a real API server: ours, and beside it the least that Kopf and controller-runtime can do.

`python -m bench.bench_operator [COUNT]`. Each operator is a process of its own with an API server of its own; the
loader shares the cores. Ends with 1 above 20 s, above 6 PATCHes per created resource, or on any PATCH while nothing
happens.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.cluster_load import Cluster, names
from bench.results import RESULTS, machine
from support.kube import ApiServer, running_api_server

ROOT: Final = Path(__file__).parents[2]
DEFINITIONS: Final = ROOT / "deploy/crds"
PEER: Final = Path(__file__).parent / "peers/controller_runtime"

COUNT: Final = 1000
LONGEST_SECONDS: Final = 20.0
MOST_PATCHES: Final = 6.0
IDLE_SECONDS: Final = 35.0  # every resource is looked at in it
CHANGES: Final = 11
TICKS: Final = os.sysconf("SC_CLK_TCK")

PUBLISHED: Final = (
    ("controller-runtime 0.22, defaults, 1,000 resources, kube-apiserver alone, 2 cores", "19.9 s to Ready"),
    ("controller-runtime 0.22, 16 workers, no client limit, the same", "10.5 s to Ready"),
    ("Kopf 1.44.6, daemon woken by events, deciding nothing, the same", "10.0 s to Ready"),
    (
        "a controller-runtime experiment on kind, 50, 200, 500, 1,000 resources (pokgak, 2026)",
        "5, 11, 21, 39 s to Ready",
    ),
    ("the same, written badly: no filter by generation, writes of annotations, 1,000 resources", "never"),
    ("the same, writes of a status that one node of kind takes, however many workers", "about 24 a second"),
    ("Strimzi topic operator, 10,000 events of topics, minikube of 3 nodes (its blog, November 2023)", "below 10 min"),
    ("Strimzi user operator, 10, 100, 200, 500 users (a fixture of its CI, no claim)", "10.5, 33, 55, 134 s"),
    ("the same, latency: mean, p99", "26-30 ms, 50-75 ms"),
    ("agent-sandbox, spikes of p99 at 15 claims a second, before and after its mending", "600 ms, 250 ms"),
    ("the same, conflicts, before and after, twice", "322 and 0, 526 and 16"),
    ("agent-sandbox, the gate of its CI: p99 over 3,600 claims", "at most 500 ms"),
    ("upjet (Crossplane), its sizing guide, looking every 10 minutes", "10 reconciles a second"),
    ("the same, memory of provider-aws: mean, peak", "1.1 GB, 3 GB"),
    ("ACK, resources of one controller, looked at every 10 hours (claimed)", "above 100,000"),
    (
        "Kopf's documentation, memory of one user's operator, before and after it was rewritten in Go",
        "about 300 MB, 30 MB",
    ),
    ("the same, memory with 1,000 resources: share of the operator's data, of the official client", "about 10 %, 60 %"),
    ("flink-kubernetes-operator", "none published, only knobs"),
)
"""For orientation: other machines, other work. What can be compared ran in this run."""


@dataclass(frozen=True)
class Subject:
    """An operator, and how to start it. With `is_ours` it has to keep the limits."""

    name: str
    command: tuple[str, ...]
    is_ours: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Figures:
    """Of one operator. Latency is from a changed spec to its generation in status.observedGeneration."""

    name: str
    created_seconds: float
    ready_seconds: float
    patches_per_create: float
    idle_patches: int
    cpu_seconds: float
    idle_cpu_percent: float
    memory_mib: float
    latency_milliseconds: float | None

    def breaches(self) -> list[str]:
        found = []
        if self.ready_seconds > LONGEST_SECONDS:
            found.append(f"{self.ready_seconds:.1f} s to Ready, above {LONGEST_SECONDS:g}")
        if self.patches_per_create > MOST_PATCHES:
            found.append(f"{self.patches_per_create:.2f} PATCHes per create, above {MOST_PATCHES:g}")
        if self.idle_patches:
            found.append(f"{self.idle_patches} PATCHes while nothing happened")
        return found


def subjects(folder: Path) -> Iterator[Subject]:
    """Ours, and the peers that this machine can run."""
    yield Subject("ours", _python("bench.operator_under_test"), is_ours=True)
    yield Subject("Kopf, deciding nothing", _python("bench.peers.empty_kopf"))
    if shutil.which("go") is None:
        sys.stderr.write("controller-runtime is left out: no go; install Go 1.24\n")
        return
    binary = folder / "controller-runtime-peer"
    subprocess.run(["go", "build", "-o", str(binary), "."], cwd=PEER, check=True)
    yield Subject("controller-runtime, 1 worker", (str(binary), "{namespace}", "1"))
    yield Subject("controller-runtime, 16 workers", (str(binary), "{namespace}", "16"))


def measure(subject: Subject, count: int, folder: Path) -> Figures:
    with running_api_server(folder, Path(os.environ["KUBEBUILDER_ASSETS"])) as server:
        server.install(sorted(DEFINITIONS.glob("*.yaml")))
        namespace = server.create_namespace()
        cluster = Cluster(server, namespace)
        with _running(subject, server, namespace) as process:
            return _load(subject, cluster, process.pid, count)


def _load(subject: Subject, cluster: Cluster, process: int, count: int) -> Figures:
    every, patches, cpu = list(names(count)), cluster.patches(), _cpu_seconds(process)
    began = time.monotonic()
    cluster.create(every)
    created = time.monotonic() - began
    cluster.until_ready(count, seconds=300)
    ready, cpu_ready = time.monotonic() - began, _cpu_seconds(process) - cpu
    time.sleep(2)  # what is still on its way belongs to the creation
    per_create = (cluster.patches() - patches) / count
    patches, cpu = cluster.patches(), _cpu_seconds(process)
    time.sleep(IDLE_SECONDS)
    idle, idle_cpu = cluster.patches() - patches, _cpu_seconds(process) - cpu
    return Figures(
        name=subject.name,
        created_seconds=round(created, 2),
        ready_seconds=round(ready, 2),
        patches_per_create=round(per_create, 3),
        idle_patches=idle,
        cpu_seconds=round(cpu_ready, 2),
        idle_cpu_percent=round(100 * idle_cpu / IDLE_SECONDS, 1),
        memory_mib=_memory_mib(process),
        latency_milliseconds=_latency(cluster, every) if subject.is_ours else None,
    )


def _latency(cluster: Cluster, every: list[str]) -> float:
    taken = []
    for number in range(CHANGES):
        name = every[number * len(every) // CHANGES]
        began = time.monotonic()
        cluster.until_observed(name, cluster.change(name, number))
        taken.append(time.monotonic() - began)
    return round(1000 * statistics.median(taken), 1)


@contextmanager
def _running(subject: Subject, server: ApiServer, namespace: str) -> Iterator[subprocess.Popen[str]]:
    filled = [part.format(kubeconfig=server.kubeconfig, namespace=namespace) for part in subject.command]
    environment = {**os.environ, "KUBECONFIG": str(server.kubeconfig), "PYTHONPATH": str(ROOT / "tests")}
    with (server.folder / "operator.log").open("w") as log:
        process = subprocess.Popen(filled, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise AssertionError(
                f"{subject.name} did not start: {(server.folder / 'operator.log').read_text()[-2000:]}"
            )
        yield process
    finally:
        process.terminate()
        try:
            process.wait(60)
        finally:
            process.kill()
            process.wait()


def _python(module: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, "{kubeconfig}", "{namespace}")


def _cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _memory_mib(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return round(int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024, 1)


def show(measured: list[Figures], count: int) -> None:
    console = Console(width=150)
    table = Table(
        *("", "created s", "Ready s", "PATCHes/create", "idle PATCHes", "CPU s", "idle CPU %", "MiB", "change ms"),
        title=f"operator: {count} resources",
        title_justify="left",
    )
    for f in measured:
        latency = "" if f.latency_milliseconds is None else f"{f.latency_milliseconds:.0f}"
        table.add_row(
            *(f.name, f"{f.created_seconds:.1f}", f"{f.ready_seconds:.1f}", f"{f.patches_per_create:.2f}"),
            *(str(f.idle_patches), f"{f.cpu_seconds:.1f}", f"{f.idle_cpu_percent:.1f}", f"{f.memory_mib:.0f}", latency),
        )
    console.print(table)
    published = Table("published elsewhere, for orientation", "figure")
    for who, figure in PUBLISHED:
        published.add_row(who, figure)
    console.print(published)
    RESULTS.mkdir(exist_ok=True)
    document = {
        "title": "operator",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {k: v for k, v in machine().items() if k != "java"} | {"kernel": platform.release()},
        "resources": count,
        "limits": {
            "ready_seconds": LONGEST_SECONDS,
            "patches_per_create": MOST_PATCHES,
            "idle_patches": 0,
        },
        "measurements": [asdict(f) for f in measured],
    }
    (RESULTS / "operator.json").write_text(json.dumps(document, indent=2) + "\n")


def main(count: int) -> int:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        measured = []
        for number, subject in enumerate(subjects(folder)):
            (folder / str(number)).mkdir()
            measured.append(measure(subject, count, folder / str(number)))
    show(measured, count)
    breaches = [breach for figures in measured[:1] for breach in figures.breaches()]
    for breach in breaches:
        sys.stderr.write(f"limit: {breach}\n")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT))
