#!/bin/sh
# Asks the tables of the example pipeline by Athena, in the local AWS of the cluster: deploy/skaffold/query.sh
# "SELECT count(*) FROM auth_alerts" [NAMESPACE-OF-THE-CHART]. Prints one row a line, the names of the columns first.
set -eu
sql=$1
system=${2:-authpulse-system}
kubectl exec --namespace "$system" deployment/authpulse-localstack -- python -P -c '
import sys, time, boto3
athena = boto3.client("athena", "us-east-1", endpoint_url="http://127.0.0.1:4566", aws_access_key_id="test", aws_secret_access_key="test")
started = athena.start_query_execution(
    QueryString=sys.argv[1], QueryExecutionContext={"Database": "authpulse_dev"}, WorkGroup="authpulse-dev"
)["QueryExecutionId"]
deadline = time.monotonic() + 300
while (status := athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"])["State"] in ("QUEUED", "RUNNING"):
    if time.monotonic() > deadline:
        sys.exit("no answer after 300 s")
    time.sleep(0.2)
if status["State"] != "SUCCEEDED":
    sys.exit(status.get("StateChangeReason", status["State"]))
for page in athena.get_paginator("get_query_results").paginate(QueryExecutionId=started):
    for row in page["ResultSet"]["Rows"]:
        print(*(value.get("VarCharValue", "") for value in row["Data"]), sep="\t")
' "$sql"
