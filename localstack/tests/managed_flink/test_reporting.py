import json
from pathlib import Path

from botocore.exceptions import ClientError

from authpulse_localstack.managed_flink.reporting.logs import (
    MAX_BATCH_BYTES,
    MAX_BATCH_EVENTS,
    MAX_EVENT_BYTES,
    LogShipper,
    batches,
)
from authpulse_localstack.managed_flink.reporting.metrics import Growth, read_metrics
from authpulse_localstack.managed_flink.reporting.tail import Tail

STREAM = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/group:log-stream:stream"


class FakeLogs:
    def __init__(self, error=None):
        self.calls, self.error = [], error

    def put_log_events(self, **request):
        self.calls.append(request)
        if self.error:
            raise self.error


def shipper(logs):
    return LogShipper(logs, stream_arn=STREAM, application_arn="arn:app", version=3)


def line(timestamp=1, **values):
    return json.dumps({"timestamp": timestamp, "message": "m", "messageType": "INFO"} | values)


def test_a_line_becomes_the_services_json():
    logs = FakeLogs()
    shipper(logs).ship([line(7, logger="l", threadName="t", locationInformation="c.m(F:1)")])
    (call,) = logs.calls
    assert (call["logGroupName"], call["logStreamName"]) == ("/aws/group", "stream")
    (event,) = call["logEvents"]
    assert event["timestamp"] == 7
    assert json.loads(event["message"]) == {
        "applicationARN": "arn:app",
        "applicationVersionId": "3",
        "locationInformation": "c.m(F:1)",
        "logger": "l",
        "message": "m",
        "messageSchemaVersion": "1",
        "messageType": "INFO",
        "threadName": "t",
    }


def test_events_are_in_the_order_of_their_time():
    logs = FakeLogs()
    shipper(logs).ship([line(3), line(1), line(2)])
    assert [e["timestamp"] for e in logs.calls[0]["logEvents"]] == [1, 2, 3]


def test_what_is_no_log_line_is_left_out():
    logs = FakeLogs()
    shipper(logs).ship(["", "Exception in thread main", "[]", "3", '{"message": "no time"}'])
    assert logs.calls == []


def test_a_stream_that_is_not_there_costs_its_lines_and_nothing_else():
    error = ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": ""}}, "PutLogEvents")
    logs = FakeLogs(error)
    shipper(logs).ship([line()])
    assert len(logs.calls) == 1


def test_batches_are_as_large_as_a_call_takes_them():
    events = [{"timestamp": 1, "message": "m"}] * (MAX_BATCH_EVENTS + 1)
    assert [len(batch) for batch in batches(events)] == [MAX_BATCH_EVENTS, 1]
    large = [{"timestamp": 1, "message": "m" * 200_000}] * 6
    sizes = [sum(len(e["message"]) + 26 for e in batch) for batch in batches(large)]
    assert len(sizes) == 2
    assert max(sizes) <= MAX_BATCH_BYTES


def test_a_message_that_is_too_long_is_cut():
    ((event,),) = batches([{"timestamp": 1, "message": "ä" * MAX_EVENT_BYTES}])
    assert len(event["message"].encode()) < MAX_EVENT_BYTES


def test_a_file_is_followed_line_by_line(tmp_path: Path):
    path = tmp_path / "log"
    tail = Tail(path)
    assert tail.lines() == []
    path.write_text("one\ntw")
    assert tail.lines() == ["one"]
    with path.open("a") as file:
        file.write("o\nthree\n")
    assert tail.lines() == ["two", "three"]
    assert tail.lines() == []
    tail.close()


def test_a_file_that_was_renamed_is_read_to_its_end_and_the_new_one_from_its_beginning(tmp_path: Path):
    path = tmp_path / "log"
    path.write_text("one\n")
    tail = Tail(path)
    assert tail.lines() == ["one"]
    with path.open("a") as file:
        file.write("two\n")
    path.rename(tmp_path / "log.1")
    path.write_text("three\n")
    assert tail.lines() == ["two", "three"]
    tail.close()


class FakeRest:
    """Two vertices, one of them a source that reports its lag."""

    def job(self):
        return {"jid": "j"}

    def get(self, path):
        if path == "/jobs/j":
            return {"vertices": [{"id": "source"}, {"id": "sink"}]}
        return [{"id": "0.Source.KinesisSource.millisBehindLatest"}] if "source" in path else [{"id": "numRecordsIn"}]

    def metrics(self, path, names, *, aggregate=""):
        known = {
            "/jobs/j/metrics": {"numRestarts": 2.0, "lastCheckpointSize": -1.0, "runningTime": 5.0},
            "/taskmanagers/metrics": {
                "Status.JVM.CPU.Load": 0.25,
                "Status.JVM.Memory.Heap.Used": 10.0,
                "Status.JVM.Memory.Heap.Max": 40.0,
            },
            "/jobs/j/vertices/source/subtasks/metrics": {
                "numRecordsOutPerSecond": 7.0,
                "0.Source.KinesisSource.millisBehindLatest": 900.0,
            },
            "/jobs/j/vertices/sink/subtasks/metrics": {"numRecordsInPerSecond": 7.0},
        }[path]
        return {name: known[name] for name in names if name in known}


def test_metrics_are_those_of_the_application():
    data = read_metrics(FakeRest(), "app")  # type: ignore[arg-type]
    assert all(d["Dimensions"] == [{"Name": "Application", "Value": "app"}] for d in data)
    values = {d["MetricName"]: (d["Value"], d["Unit"]) for d in data}
    assert values["numRestarts"] == (2.0, "Count")
    assert values["runningTime"] == (5.0, "Milliseconds")
    assert values["cpuUtilization"] == (25.0, "Percent")
    assert values["heapMemoryUtilization"] == (25.0, "Percent")
    assert values["millisBehindLatest"] == (900.0, "Milliseconds")
    assert values["numRecordsOutPerSecond"] == (7.0, "Count/Second")
    assert values["numRecordsInPerSecond"] == (7.0, "Count/Second")


def test_a_checkpoint_that_has_not_been_taken_has_no_size():
    names = {d["MetricName"] for d in read_metrics(FakeRest(), "app")}  # type: ignore[arg-type]
    assert "lastCheckpointSize" not in names


def test_counters_say_once_by_how_much_they_grew():
    growth = Growth()

    def grown(failed: float, **others: float) -> dict[str, float]:
        values = {"numberOfFailedCheckpoints": failed, "runningTime": 1.0, **others}
        found = growth.of([{"MetricName": n, "Value": v, "Unit": "Count"} for n, v in values.items()])
        assert all(d["Unit"] == "Count" for d in found)
        return {d["MetricName"]: d["Value"] for d in found}

    name = "numberOfFailedCheckpointsPerMinute"
    assert grown(1, numRestarts=2) == {name: 1, "numRestartsPerMinute": 2}
    assert [grown(n)[name] for n in (1, 4, 4)] == [0, 3, 0]
    assert [grown(n)[name] for n in (2, 2)] == [2, 0], "the job was started anew"
