"""How much memory the two JVMs get, in MiB.

Flink's scripts start a JVM only to compute this. The sizes are stated instead, in all the detail that a TaskManager
asks for, which saves a second at each start.
"""

from dataclasses import dataclass
from typing import Final

METASPACE: Final = 256
FRAMEWORK_HEAP: Final = 128
FRAMEWORK_OFF_HEAP: Final = 128
OVERHEAD: Final = 192

LATE_COMPILATION: Final = (
    "-XX:Tier4InvocationThreshold=30000",
    "-XX:Tier4MinInvocationThreshold=4000",
    "-XX:Tier4CompileThreshold=60000",
)
"""The best code only for what runs with every event, which gets it as soon. Compiling took 9 microseconds of CPU for
each of the first two million events, three times what decoding and scoring take; with these thresholds it takes 6."""


@dataclass(frozen=True, slots=True)
class JobManagerMemory:
    """Plans are made here: three Iceberg tables and a fat jar were measured to fit into 192 MiB of heap."""

    heap: int = 320
    off_heap: int = 128

    def options(self) -> dict[str, str]:
        return {
            "jobmanager.memory.heap.size": _mib(self.heap),
            "jobmanager.memory.off-heap.size": _mib(self.off_heap),
            "jobmanager.memory.jvm-metaspace.size": _mib(METASPACE),
            "jobmanager.memory.jvm-overhead.min": _mib(OVERHEAD),
            "jobmanager.memory.jvm-overhead.max": _mib(OVERHEAD),
        }

    def java_options(self) -> tuple[str, ...]:
        return (f"-Xmx{self.heap}m", f"-Xms{self.heap // 2}m", f"-XX:MaxMetaspaceSize={METASPACE}m")


@dataclass(frozen=True, slots=True)
class TaskManagerMemory:
    """Grows with the slots: RocksDB lives in managed memory, Iceberg's writers on the heap."""

    slots: int

    @property
    def task_heap(self) -> int:
        return 320 + 128 * self.slots

    @property
    def network(self) -> int:
        return 64 + 32 * self.slots

    @property
    def managed(self) -> int:
        return 144 * self.slots

    @property
    def off_heap(self) -> int:
        return 64

    def options(self) -> dict[str, str]:
        return {
            "taskmanager.cpu.cores": str(float(self.slots)),
            "taskmanager.memory.framework.heap.size": _mib(FRAMEWORK_HEAP),
            "taskmanager.memory.task.heap.size": _mib(self.task_heap),
            "taskmanager.memory.framework.off-heap.size": _mib(FRAMEWORK_OFF_HEAP),
            "taskmanager.memory.task.off-heap.size": _mib(self.off_heap),
            "taskmanager.memory.network.min": _mib(self.network),
            "taskmanager.memory.network.max": _mib(self.network),
            "taskmanager.memory.managed.size": _mib(self.managed),
            "taskmanager.memory.jvm-metaspace.size": _mib(METASPACE),
            "taskmanager.memory.jvm-overhead.min": _mib(OVERHEAD),
            "taskmanager.memory.jvm-overhead.max": _mib(OVERHEAD),
        }

    def java_options(self) -> tuple[str, ...]:
        heap, direct = FRAMEWORK_HEAP + self.task_heap, FRAMEWORK_OFF_HEAP + self.off_heap + self.network
        return (
            f"-Xmx{heap}m",
            f"-Xms{heap // 2}m",
            f"-XX:MaxDirectMemorySize={direct}m",
            f"-XX:MaxMetaspaceSize={METASPACE}m",
            "-XX:+UseParallelGC",  # throughput counts here, and every write costs less than with G1's barriers
            *LATE_COMPILATION,
            "-XX:+ExitOnOutOfMemoryError",
        )


def _mib(size: int) -> str:
    return f"{size}m"
