"""Names that a spec gives itself."""

from authpulse_operator.core.meaning import Surroundings, names_of, settings_of
from doubles.cases import NAMES, RULE, plan, resource


def test_a_spec_without_names_of_its_own_has_ours() -> None:
    assert names_of(resource().spec, NAMES.account) == NAMES


def test_a_bucket_of_ones_own_holds_code_and_tables() -> None:
    spec = resource(lakehouse={"bucket": "our-lake"}).spec
    names = names_of(spec, NAMES.account)
    wanted = settings_of(spec, Surroundings(names, "a" * 64), [RULE])
    assert wanted.bucket == "our-lake"
    assert wanted.property_groups["authpulse.lake"]["warehouse"] == "s3://our-lake/warehouse"


def test_an_application_of_ones_own_name_keeps_its_log_beside_it() -> None:
    names = names_of(resource(flink={"applicationName": "scoring"}).spec, NAMES.account)
    assert names.application == "scoring"
    assert names.log_group == "/aws/kinesis-analytics/scoring"
    assert names.stream == NAMES.stream
    assert plan(resource()).application == NAMES.application
