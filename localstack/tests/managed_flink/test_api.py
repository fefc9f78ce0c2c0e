"""The API over the wire. No job starts here: this local AWS has no Flink, and says so."""

import pytest
from botocore.exceptions import ClientError

from support.flink_job import NumbersJob, until
from support.local_aws import LocalAws


@pytest.fixture
def job(aws: LocalAws, unique: str, tmp_path) -> NumbersJob:
    job = NumbersJob(aws, unique, tmp_path)
    job.create()
    return job


def code_of(call, **arguments) -> str:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


def test_a_new_application_is_ready_at_version_1_with_the_services_defaults(job: NumbersJob):
    detail = job.describe()
    assert (detail["ApplicationStatus"], detail["ApplicationVersionId"]) == ("READY", 1)
    assert detail["ApplicationARN"] == f"arn:aws:kinesisanalytics:us-east-1:000000000000:application/{job.name}"
    assert detail["ConditionalToken"]
    described = detail["ApplicationConfigurationDescription"]
    flink = described["FlinkApplicationConfigurationDescription"]
    assert flink["MonitoringConfigurationDescription"] == {
        "ConfigurationType": "DEFAULT",
        "MetricsLevel": "APPLICATION",
        "LogLevel": "INFO",
    }
    assert flink["ParallelismConfigurationDescription"]["CurrentParallelism"] == 1
    assert flink["CheckpointConfigurationDescription"]["CheckpointInterval"] == 1000
    assert described["ApplicationSnapshotConfigurationDescription"] == {"SnapshotsEnabled": True}
    assert described["EnvironmentPropertyDescriptions"]["PropertyGroupDescriptions"] == job.groups
    location = described["ApplicationCodeConfigurationDescription"]["CodeContentDescription"]
    assert location["S3ApplicationCodeLocationDescription"]["FileKey"] == "job.zip"
    assert [o["LogStreamARN"] for o in detail["CloudWatchLoggingOptionDescriptions"]] == [job.log_stream_arn]


def test_applications_of_other_accounts_and_regions_are_not_seen(job: NumbersJob):
    for client in (
        job.aws.client("kinesisanalyticsv2", account="111111111111"),
        job.aws.client("kinesisanalyticsv2", region="eu-west-1"),
    ):
        assert code_of(client.describe_application, ApplicationName=job.name) == "ResourceNotFoundException"


def create(job: NumbersJob, **changes) -> dict:
    location = {"BucketARN": f"arn:aws:s3:::{job.name}", "FileKey": changes.pop("key", "job.zip")}
    code = {"CodeContentType": "ZIPFILE", "CodeContent": {"S3ContentLocation": location}}
    configuration = {"ApplicationCodeConfiguration": code} | changes.pop("configuration", {})
    request = {
        "ApplicationName": f"{job.name}-2",
        "RuntimeEnvironment": "FLINK-2_2",
        "ServiceExecutionRole": "arn:aws:iam::000000000000:role/job",
        "ApplicationConfiguration": configuration,
    }
    return job.flink.create_application(**request | changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": "absent.zip"}, "InvalidArgumentException"),
        ({"RuntimeEnvironment": "FLINK-1_20"}, "InvalidArgumentException"),
        ({"ApplicationName": "with space"}, "InvalidArgumentException"),
        ({"ApplicationMode": "INTERACTIVE"}, "InvalidArgumentException"),
        ({"Tags": [{"Key": f"k{n}", "Value": ""} for n in range(51)]}, "TooManyTagsException"),
        ({"CloudWatchLoggingOptions": [{"LogStreamARN": "arn:aws:logs:x"}]}, "InvalidArgumentException"),
        ({"configuration": {"SqlApplicationConfiguration": {"Inputs": []}}}, "UnsupportedOperationException"),
        (
            {"configuration": {"VpcConfigurations": [{"SubnetIds": ["s"], "SecurityGroupIds": ["g"]}]}},
            "InvalidArgumentException",
        ),
    ],
    ids=[
        "code that is not in S3",
        "another runtime",
        "a name with a space",
        "a notebook",
        "51 tags",
        "no log stream's ARN",
        "SQL",
        "a VPC",
    ],
)
def test_what_is_refused_when_an_application_is_made(job: NumbersJob, changes, code):
    assert code_of(create, job=job, **changes) == code


def test_a_name_is_taken_once(job: NumbersJob):
    assert code_of(create, job=job, ApplicationName=job.name) == "ResourceInUseException"


def test_without_flink_a_start_fails_in_its_operation(job: NumbersJob):
    ended = job.start()
    assert ended["OperationStatus"] == "FAILED"
    assert "--flink-python" in ended["OperationFailureDetails"]["ErrorInfo"]["ErrorString"]
    assert job.describe()["ApplicationStatus"] == "READY"


@pytest.mark.parametrize(
    "arguments",
    [{"CurrentApplicationVersionId": 7}, {"ConditionalToken": "stale"}],
    ids=["another version", "another token"],
)
def test_an_update_by_someone_who_has_not_seen_the_current_version_is_refused(job: NumbersJob, arguments):
    code = code_of(job.flink.update_application, ApplicationName=job.name, **arguments)
    assert code == "ConcurrentModificationException"


def test_an_update_without_either_guard_is_refused(job: NumbersJob):
    assert code_of(job.flink.update_application, ApplicationName=job.name) == "InvalidArgumentException"


def test_a_token_works_once(job: NumbersJob):
    update = {"ApplicationName": job.name, "ConditionalToken": job.describe()["ConditionalToken"]}
    assert job.flink.update_application(**update)["ApplicationDetail"]["ApplicationVersionId"] == 2
    assert code_of(job.flink.update_application, **update) == "ConcurrentModificationException"


def test_versions_are_remembered_with_their_settings(job: NumbersJob):
    snapshots = {"ApplicationSnapshotConfigurationUpdate": {"SnapshotsEnabledUpdate": False}}
    job.update(ApplicationConfigurationUpdate=snapshots)
    listed = job.flink.list_application_versions(ApplicationName=job.name)["ApplicationVersionSummaries"]
    assert [v["ApplicationVersionId"] for v in listed] == [2, 1]

    def snapshots_enabled(version: int) -> bool:
        described = job.flink.describe_application_version(ApplicationName=job.name, ApplicationVersionId=version)
        configuration = described["ApplicationVersionDetail"]["ApplicationConfigurationDescription"]
        return configuration["ApplicationSnapshotConfigurationDescription"]["SnapshotsEnabled"]

    assert [snapshots_enabled(1), snapshots_enabled(2)] == [True, False]
    assert job.describe()["ApplicationVersionUpdatedFrom"] == 1
    absent = {"ApplicationName": job.name, "ApplicationVersionId": 9}
    assert code_of(job.flink.describe_application_version, **absent) == "ResourceNotFoundException"


def test_operations_are_listed_newest_first_and_by_what_they_are(job: NumbersJob):
    job.update()
    job.start()
    listed = job.flink.list_application_operations(ApplicationName=job.name)["ApplicationOperationInfoList"]
    assert [o["Operation"] for o in listed] == ["StartApplication", "UpdateApplication"]
    for wanted in ({"Operation": "StartApplication"}, {"OperationStatus": "FAILED"}):
        found = job.flink.list_application_operations(ApplicationName=job.name, **wanted)
        assert [o["Operation"] for o in found["ApplicationOperationInfoList"]] == ["StartApplication"]
    absent = {"ApplicationName": job.name, "OperationId": "absent"}
    assert code_of(job.flink.describe_application_operation, **absent) == "ResourceNotFoundException"


def test_lists_come_in_pages(job: NumbersJob):
    for _ in range(3):
        job.update()
    pages, token = [], {}
    while True:
        page = job.flink.list_application_versions(ApplicationName=job.name, Limit=2, **token)
        pages.append([v["ApplicationVersionId"] for v in page["ApplicationVersionSummaries"]])
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert pages == [[4, 3], [2, 1]]
    stale = {"ApplicationName": job.name, "NextToken": "no such place"}
    assert code_of(job.flink.list_application_versions, **stale) == "InvalidArgumentException"


def test_an_application_is_deleted_only_by_who_knows_when_it_was_created(job: NumbersJob):
    created = job.describe()["CreateTimestamp"]
    wrong = {"ApplicationName": job.name, "CreateTimestamp": created.replace(year=2020)}
    assert code_of(job.flink.delete_application, **wrong) == "InvalidArgumentException"
    job.flink.delete_application(ApplicationName=job.name, CreateTimestamp=created)

    def names() -> list[str]:
        return [a["ApplicationName"] for a in job.flink.list_applications()["ApplicationSummaries"]]

    until(lambda: job.name not in names(), "it is gone")
    assert code_of(job.flink.describe_application, ApplicationName=job.name) == "ResourceNotFoundException"


def test_tags_come_and_go_without_a_new_version(job: NumbersJob):
    arn = job.describe()["ApplicationARN"]
    job.flink.tag_resource(ResourceARN=arn, Tags=[{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}])
    job.flink.untag_resource(ResourceARN=arn, TagKeys=["b"])
    assert job.flink.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "a", "Value": "1"}]
    assert job.describe()["ApplicationVersionId"] == 1


def test_a_logging_option_makes_a_version(job: NumbersJob):
    detail = job.describe()
    option = detail["CloudWatchLoggingOptionDescriptions"][0]["CloudWatchLoggingOptionId"]
    guard = {"ApplicationName": job.name, "ConditionalToken": detail["ConditionalToken"]}
    deleted = job.flink.delete_application_cloud_watch_logging_option(**guard, CloudWatchLoggingOptionId=option)
    assert (deleted["ApplicationVersionId"], deleted["CloudWatchLoggingOptionDescriptions"]) == (2, [])
    guard["ConditionalToken"] = job.describe()["ConditionalToken"]
    added = job.flink.add_application_cloud_watch_logging_option(
        **guard, CloudWatchLoggingOption={"LogStreamARN": job.log_stream_arn}
    )
    assert added["ApplicationVersionId"] == 3
    assert added["OperationId"]
    guard["ConditionalToken"] = job.describe()["ConditionalToken"]
    second = {**guard, "CloudWatchLoggingOption": {"LogStreamARN": job.log_stream_arn}}
    assert code_of(job.flink.add_application_cloud_watch_logging_option, **second) == "InvalidArgumentException"
    absent = {**guard, "CloudWatchLoggingOptionId": "absent"}
    assert code_of(job.flink.delete_application_cloud_watch_logging_option, **absent) == "ResourceNotFoundException"


def test_the_maintenance_window_is_eight_hours_long(job: NumbersJob):
    update = {"ApplicationMaintenanceWindowStartTimeUpdate": "20:30"}
    changed = job.flink.update_application_maintenance_configuration(
        ApplicationName=job.name, ApplicationMaintenanceConfigurationUpdate=update
    )
    window = changed["ApplicationMaintenanceConfigurationDescription"]
    assert window["ApplicationMaintenanceWindowEndTime"] == "04:30"
    assert job.describe()["ApplicationMaintenanceConfigurationDescription"] == window


@pytest.mark.parametrize(
    ("operation", "arguments", "code"),
    [
        ("create_application_presigned_url", {"UrlType": "FLINK_DASHBOARD_URL"}, "ResourceInUseException"),
        ("stop_application", {}, "ResourceInUseException"),
        ("stop_application", {"Force": True}, "ResourceInUseException"),
        ("create_application_snapshot", {"SnapshotName": "one"}, "ResourceInUseException"),
        ("rollback_application", {"CurrentApplicationVersionId": 1}, "ResourceInUseException"),
        ("describe_application_snapshot", {"SnapshotName": "absent"}, "ResourceNotFoundException"),
        (
            "delete_application_snapshot",
            {"SnapshotName": "absent", "SnapshotCreationTimestamp": 0},
            "ResourceNotFoundException",
        ),
        (
            "start_application",
            {
                "RunConfiguration": {
                    "ApplicationRestoreConfiguration": {"ApplicationRestoreType": "RESTORE_FROM_LATEST_SNAPSHOT"}
                }
            },
            "InvalidArgumentException",
        ),
    ],
    ids=[
        "a dashboard",
        "a stop",
        "a forced stop",
        "a snapshot",
        "a rollback",
        "a snapshot that is not there",
        "deleting it",
        "the latest snapshot of none",
    ],
)
def test_what_a_ready_application_without_snapshots_refuses(job: NumbersJob, operation, arguments, code):
    assert code_of(getattr(job.flink, operation), ApplicationName=job.name, **arguments) == code


def test_what_is_not_there_is_said_to_be_unsupported(job: NumbersJob):
    arguments = {"ApplicationName": job.name, "VpcConfiguration": {"SubnetIds": ["s"], "SecurityGroupIds": ["g"]}}
    assert code_of(job.flink.add_application_vpc_configuration, **arguments) == "UnsupportedOperationException"


def test_code_may_come_with_the_request(job: NumbersJob):
    code = {"CodeContentType": "ZIPFILE", "CodeContent": {"ZipFileContent": b"PK"}}
    detail = create(job, configuration={"ApplicationCodeConfiguration": code})["ApplicationDetail"]
    described = detail["ApplicationConfigurationDescription"]["ApplicationCodeConfigurationDescription"]
    assert described["CodeContentDescription"]["CodeSize"] == 2
    assert len(described["CodeContentDescription"]["CodeMD5"]) == 128
