"""Results: values as Athena prints them, the objects it leaves in S3, and pages of rows."""
