#!/bin/sh
# Uploads the sample log into the local AWS of the cluster and makes the example pipeline: deploy/skaffold/example.sh
# [NAMESPACE [NAMESPACE-OF-THE-CHART]]. It may be repeated.
set -eu
cd "$(dirname "$0")/../.."
namespace=${1:-default}
system=${2:-authpulse-system}
kubectl rollout status deployment/authpulse-localstack --namespace "$system" --timeout 10m
kubectl exec --stdin --namespace "$system" deployment/authpulse-localstack -- python -P -c '
import sys, boto3
s3 = boto3.client("s3", "us-east-1", endpoint_url="http://127.0.0.1:4566", aws_access_key_id="test", aws_secret_access_key="test")
s3.create_bucket(Bucket="samples")
s3.put_object(Bucket="samples", Key="lanl-cyber1.csv.gz", Body=sys.stdin.buffer.read())
' <data/sample/lanl-cyber1.csv.gz
kubectl apply --namespace "$namespace" --filename deploy/examples/cluster.yaml
