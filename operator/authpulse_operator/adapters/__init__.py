"""The ports, done: `aws` over boto3 (the local AWS included), `local` with processes and files."""
