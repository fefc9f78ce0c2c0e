import pytest

from authpulse_localstack.managed_flink import configuration, validation
from authpulse_localstack.managed_flink.errors import InvalidApplicationConfiguration, InvalidArgument

CODE = {
    "CodeContentType": "ZIPFILE",
    "CodeContent": {"S3ContentLocation": {"BucketARN": "arn:aws:s3:::b", "FileKey": "k", "ObjectVersion": "v"}},
}
BASE = configuration.completed({"ApplicationCodeConfiguration": CODE})


def checkpoints(configured: dict) -> dict:
    return configured["FlinkApplicationConfiguration"]["CheckpointConfiguration"]


def parallelism_update(**values) -> dict:
    part = {"ConfigurationTypeUpdate": "CUSTOM"} | {f"{k}Update": v for k, v in values.items()}
    return {"FlinkApplicationConfigurationUpdate": {"ParallelismConfigurationUpdate": part}}


def test_by_default_checkpoints_come_every_minute():
    assert checkpoints(BASE)["CheckpointInterval"] == 60_000
    assert checkpoints(BASE)["MinPauseBetweenCheckpoints"] == 5_000


@pytest.mark.parametrize(("kind", "interval"), [("DEFAULT", 60_000), ("CUSTOM", 10_000)])
def test_values_count_only_when_the_type_is_custom(kind, interval):
    given = {"CheckpointConfiguration": {"ConfigurationType": kind, "CheckpointInterval": 10_000}}
    assert (
        checkpoints(configuration.completed({"FlinkApplicationConfiguration": given}))["CheckpointInterval"] == interval
    )


def test_an_update_keeps_what_it_does_not_name():
    once = configuration.changed(BASE, parallelism_update(Parallelism=4))
    twice = configuration.changed(once, parallelism_update(ParallelismPerKPU=2))
    parallelism = twice["FlinkApplicationConfiguration"]["ParallelismConfiguration"]
    assert (parallelism["Parallelism"], parallelism["ParallelismPerKPU"]) == (4, 2)


def test_an_update_to_default_forgets_custom_values():
    custom = configuration.changed(BASE, parallelism_update(Parallelism=4))
    part = {"ParallelismConfigurationUpdate": {"ConfigurationTypeUpdate": "DEFAULT"}}
    default = configuration.changed(custom, {"FlinkApplicationConfigurationUpdate": part})
    assert default["FlinkApplicationConfiguration"]["ParallelismConfiguration"] == configuration.PARALLELISM


def test_property_groups_are_replaced_as_a_whole():
    def groups(*names):
        return {"PropertyGroups": [{"PropertyGroupId": name, "PropertyMap": {"k": "v"}} for name in names]}

    before = configuration.completed({"ApplicationCodeConfiguration": CODE, "EnvironmentProperties": groups("a", "b")})
    after = configuration.changed(before, {"EnvironmentPropertyUpdates": groups("c")})
    assert after["EnvironmentProperties"] == groups("c")
    assert configuration.changed(before, {})["EnvironmentProperties"] == groups("a", "b")
    assert configuration.changed(before, {"EnvironmentPropertyUpdates": groups()})["EnvironmentProperties"] == groups()


@pytest.mark.parametrize(
    ("update", "location"),
    [
        ({"FileKeyUpdate": "k2"}, {"BucketARN": "arn:aws:s3:::b", "FileKey": "k2"}),
        ({"ObjectVersionUpdate": "w"}, {"BucketARN": "arn:aws:s3:::b", "FileKey": "k", "ObjectVersion": "w"}),
        ({"FileKeyUpdate": "k"}, {"BucketARN": "arn:aws:s3:::b", "FileKey": "k", "ObjectVersion": "v"}),
    ],
    ids=["another key leaves the old key's version", "another version", "the same key keeps its version"],
)
def test_code_moves(update, location):
    content = {"CodeContentUpdate": {"S3ContentLocationUpdate": update}}
    changed = configuration.changed(BASE, {"ApplicationCodeConfigurationUpdate": content})
    assert changed["ApplicationCodeConfiguration"]["CodeContent"] == {"S3ContentLocation": location}


def test_an_update_leaves_the_configuration_of_the_version_before_alone():
    configuration.changed(BASE, parallelism_update(Parallelism=4))
    assert BASE["FlinkApplicationConfiguration"]["ParallelismConfiguration"]["Parallelism"] == 1


def group(name="g", values=None):
    return {"PropertyGroupId": name, "PropertyMap": {"k": "v"} if values is None else values}


@pytest.mark.parametrize(
    "groups",
    [
        [group(f"g{n}") for n in range(51)],
        [group("g"), group("g")],
        [group("with space")],
        [group("g" * 51)],
        [group(values={})],
        [group(values={f"k{n}": "v" for n in range(51)})],
        [group(values={"k": ""})],
        [group(values={"k": "v" * 2049})],
        [group(values={"k" * 2049: "v"})],
    ],
    ids=[
        "51 groups",
        "a group twice",
        "a space in a group's name",
        "a long name",
        "no keys",
        "51 keys",
        "an empty value",
        "a long value",
        "a long key",
    ],
)
def test_property_groups_have_limits(groups):
    given = {"ApplicationCodeConfiguration": CODE, "EnvironmentProperties": {"PropertyGroups": groups}}
    with pytest.raises(InvalidArgument):
        validation.check_configuration(configuration.completed(given), given)


def test_the_largest_property_groups_pass():
    largest = [group(f"g{n}", {f"{n}": "v" * 2048 for n in range(50)}) for n in range(50)]
    given = {"ApplicationCodeConfiguration": CODE, "EnvironmentProperties": {"PropertyGroups": largest}}
    validation.check_configuration(configuration.completed(given), given)


@pytest.mark.parametrize(
    ("parallelism", "per_kpu", "passes"),
    [(64, 1, True), (65, 1, False), (256, 4, True), (257, 8, False), (1, 9, False), (0, 1, False)],
)
def test_parallelism_has_limits(parallelism, per_kpu, passes):
    changed = configuration.changed(BASE, parallelism_update(Parallelism=parallelism, ParallelismPerKPU=per_kpu))
    if passes:
        validation.check_configuration(changed, {})
    else:
        with pytest.raises(InvalidArgument, match="ParallelismConfiguration"):
            validation.check_configuration(changed, {})


@pytest.mark.parametrize(
    "code",
    [
        {},
        {"CodeContentType": "PLAINTEXT", "CodeContent": {"TextContent": "select 1"}},
        {"CodeContentType": "ZIPFILE", "CodeContent": {"TextContent": "select 1"}},
        {"CodeContentType": "ZIPFILE", "CodeContent": {"S3ContentLocation": {"BucketARN": "b", "FileKey": "k"}}},
    ],
    ids=["none", "text", "text as a zip", "a bucket's name for its ARN"],
)
def test_code_that_is_no_zip_is_refused(code):
    given = {"ApplicationCodeConfiguration": code}
    with pytest.raises(InvalidArgument):
        validation.check_configuration(configuration.completed(given), given)


def options(**values):
    return validation.run_options({validation.RUN_OPTIONS: values} if values else {})


def test_run_options_name_what_is_in_the_zip():
    read = options(python="main.py", jarfile="lib/a.jar", pyFiles="python/, dep/")
    assert (read.python, read.jarfile, read.python_files) == ("main.py", "lib/a.jar", ("python/", "dep/"))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"jarfile": "lib/a.jar"},
        {"python": "main.py", "pyModule": "main"},
        {"python": "/etc/passwd"},
        {"python": "main.py", "jarfile": "../a.jar"},
        {"python": "main.py", "pyFiles": "a/../../b"},
    ],
    ids=["nothing", "no script", "an option the service has not", "an absolute path", "a way out", "another way out"],
)
def test_run_options_that_cannot_work_are_refused(values):
    with pytest.raises(InvalidApplicationConfiguration):
        options(**values)
