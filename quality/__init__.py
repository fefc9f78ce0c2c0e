"""Whether the tables can be trusted: suites of checks, decided by Great Expectations over Athena.

suite.py         what a suite file says, typed
windows.py       which rows a run looks at
rules.py         a check as SQL
expectations.py  the same check as an expectation, and Great Expectations' answers
measuring.py     rows, and rows that break a rule, in one query; what the tables really look like
quarantining.py  rows that break a rule, copied to the quarantine table with check and reason
report.py        the answer
publishing.py    where the answer goes: S3, a folder, CloudWatch
running.py       all of it in order: `run`
"""
