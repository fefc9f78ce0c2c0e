-- The AuthPulse tables for Athena engine version 3. Generated from lakehouse/tables.py by `make generate`; do not edit.
-- Put your database for ${database} and s3://YOUR-BUCKET/warehouse for ${warehouse}; run one statement at a time.
-- Athena's Iceberg DDL has no NOT NULL: required columns are marked in their comments.

-- Every valid event once, as it came.
CREATE TABLE IF NOT EXISTS ${database}.auth_events_raw (
  event_id string COMMENT 'Required. First 32 hex digits of a SHA-256 over source, time, user and hosts.',
  event_time timestamp COMMENT 'Required. When it happened, UTC, milliseconds.',
  user_id string COMMENT 'Required. The account that is authenticated, user@domain where the log names a domain. The partition key.',
  source_host string COMMENT 'The host it came from.',
  computer_id string COMMENT 'Required. The host it went to.',
  auth_type string COMMENT 'Protocol, such as NTLM, Kerberos or Negotiate.',
  logon_type string COMMENT 'Such as Network, Interactive, Service, Batch or RemoteInteractive.',
  orientation string COMMENT 'LogOn, LogOff, TGT, TGS or AuthMap; all but LogOff are counted and scored.',
  outcome string COMMENT 'Required. Success or Fail.',
  source string COMMENT 'Required. Where it was read: data set and line, as in auth.txt:17.',
  ingestion_time timestamp COMMENT 'Required. When Kinesis took the record in.',
  shard_id string COMMENT 'Required. The shard of the record that carried it.',
  sequence_number string COMMENT 'Required. The record''s sequence number in that shard.',
  record_index int COMMENT 'Required. Its place in the record, from 0.'
)
PARTITIONED BY (day(event_time))
LOCATION '${warehouse}/auth_events_raw'
TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd');

-- Every valid event once, with what was known of its account and its source host, its score and the rules.
CREATE TABLE IF NOT EXISTS ${database}.auth_events_curated (
  event_id string COMMENT 'Required. First 32 hex digits of a SHA-256 over source, time, user and hosts.',
  event_time timestamp COMMENT 'Required. When it happened, UTC, milliseconds.',
  user_id string COMMENT 'Required. The account that is authenticated, user@domain where the log names a domain. The partition key.',
  source_host string COMMENT 'The host it came from.',
  computer_id string COMMENT 'Required. The host it went to.',
  auth_type string COMMENT 'Protocol, such as NTLM, Kerberos or Negotiate.',
  logon_type string COMMENT 'Such as Network, Interactive, Service, Batch or RemoteInteractive.',
  orientation string COMMENT 'LogOn, LogOff, TGT, TGS or AuthMap; all but LogOff are counted and scored.',
  outcome string COMMENT 'Required. Success or Fail.',
  source string COMMENT 'Required. Where it was read: data set and line, as in auth.txt:17.',
  ingestion_time timestamp COMMENT 'Required. When Kinesis took the record in.',
  late boolean COMMENT 'Required. Older than what its account had already shown when it was scored.',
  account_attempts bigint COMMENT 'Attempts of the account before this one.',
  attempts_1h int COMMENT 'Attempts of the account in the last hour, this one included.',
  failures_1h int COMMENT 'Failed ones among them.',
  distinct_hosts_1h int COMMENT 'Hosts the account reached in the last hour.',
  known_hosts bigint COMMENT 'Hosts the account had reached for the first time up to here.',
  new_host boolean COMMENT 'The account reached this host for the first time.',
  host_popularity_percentile double COMMENT 'Share (0-100) of hosts no more used; null without a table.',
  source_attempts_1h int COMMENT 'Attempts from the source host in the last hour.',
  source_failures_1h int COMMENT 'Failed ones among them.',
  source_accounts_1h int COMMENT 'Accounts seen from the source host in the last hour.',
  new_account_at_source boolean COMMENT 'The account came from this source host for the first time.',
  risk_score int COMMENT 'Required. Sum of the points of the active rules that fired, at most 100.',
  risk_level string COMMENT 'Required. LOW 0-25, MEDIUM 26-50, HIGH 51-75, CRITICAL 76-100.',
  rules array<string> COMMENT 'Required. Active rules that fired, in the order of the rules file.',
  shadow_rules array<string> COMMENT 'Required. Rules in shadow mode that would have fired.'
)
PARTITIONED BY (day(event_time))
LOCATION '${warehouse}/auth_events_curated'
TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd');

-- One row per finding, with the figures that explain it. Repeats are muted for as long as the rule says.
CREATE TABLE IF NOT EXISTS ${database}.auth_alerts (
  alert_id string COMMENT 'Required. First 32 hex digits of a SHA-256 over rule, entity and event.',
  rule_id string COMMENT 'Required. The rule that fired.',
  title string COMMENT 'Required. What the rule says in words.',
  entity_type string COMMENT 'Required. user_id or source_host: whose behaviour it is about.',
  entity_id string COMMENT 'Required. That account or host.',
  event_id string COMMENT 'Required. The event at which it fired.',
  event_time timestamp COMMENT 'Required. That event''s time.',
  user_id string COMMENT 'Required. That event''s account.',
  source_host string COMMENT 'That event''s source host.',
  computer_id string COMMENT 'Required. That event''s destination.',
  observed double COMMENT 'Required. The metric''s value.',
  threshold double COMMENT 'Required. What the rule compares it with.',
  baseline double COMMENT 'The entity''s mean in its earlier active hours; null for other metrics and at first.',
  explanation string COMMENT 'Required. The finding in one sentence.',
  points int COMMENT 'Required. Points of the rule.',
  risk_score int COMMENT 'Required. Score of the event as a whole.',
  risk_level string COMMENT 'Required. Its level.',
  techniques array<string> COMMENT 'Required. ATT&CK techniques.',
  analytic string COMMENT 'Required. OCSF type of the analytic.',
  ingestion_time timestamp COMMENT 'Required. When Kinesis took the record in.'
)
PARTITIONED BY (day(event_time))
LOCATION '${warehouse}/auth_alerts'
TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd');

-- What is not a valid event, with the reason and the text as it came. Nothing is dropped silently.
CREATE TABLE IF NOT EXISTS ${database}.auth_events_quarantine (
  quarantine_id string COMMENT 'Required. Event id of a rejected line or one from the future; else a SHA-256 over shard, sequence, place.',
  ingestion_time timestamp COMMENT 'Required. When Kinesis took the record in.',
  reason string COMMENT 'Required. Why; authpulse.events.invalid_because has the list.',
  raw string COMMENT 'Required. The text as it came; bytes that are not UTF-8 are replaced.',
  source string COMMENT 'Data set and line, where the producer said so.',
  shard_id string COMMENT 'Required. The shard of the record that carried it.',
  sequence_number string COMMENT 'Required. The record''s sequence number in that shard.',
  record_index int COMMENT 'Required. Its place in the record, from 0.'
)
PARTITIONED BY (day(ingestion_time))
LOCATION '${warehouse}/auth_events_quarantine'
TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd');

-- What each account did in each hour in which it has an event, from the curated events.
CREATE TABLE IF NOT EXISTS ${database}.user_behavior_hourly (
  user_id string COMMENT 'Required. The account.',
  event_hour timestamp COMMENT 'Required. The hour''s beginning.',
  attempts bigint COMMENT 'Required. Its attempts: every event that is not a log-off.',
  failures bigint COMMENT 'Required. Failed ones among them.',
  log_offs bigint COMMENT 'Required. Its log-offs.',
  distinct_hosts bigint COMMENT 'Required. Hosts it reached, or tried to.',
  distinct_source_hosts bigint COMMENT 'Required. Source hosts it came from, where they are known.',
  new_hosts bigint COMMENT 'Required. Attempts at which it reached a host for the first time.',
  new_source_hosts bigint COMMENT 'Required. Attempts at which it came from a source host for the first time.',
  peak_attempts_1h int COMMENT 'Most attempts in any 60 minutes that end in this hour.',
  peak_hosts_1h int COMMENT 'Most hosts in any 60 minutes that end in this hour.',
  late_events bigint COMMENT 'Required. Events that were late when they were scored.',
  max_score int COMMENT 'Required. Highest risk score, 0-100.',
  high_events bigint COMMENT 'Required. Events that scored more than 50: HIGH and CRITICAL.',
  critical_events bigint COMMENT 'Required. Events that scored more than 75: CRITICAL.'
)
PARTITIONED BY (day(event_hour))
LOCATION '${warehouse}/user_behavior_hourly'
TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd');

-- How much each host was used: on the day, and in the 30 days that end with it. RARE_HOST reads the newest.
CREATE TABLE IF NOT EXISTS ${database}.host_popularity_daily (
  computer_id string COMMENT 'Required. A host with an attempt in the 30 days.',
  event_day date COMMENT 'Required. The day, in UTC.',
  attempts bigint COMMENT 'Required. Attempts to reach it on the day; 0 for a quiet day.',
  failures bigint COMMENT 'Required. Failed ones among them.',
  accounts bigint COMMENT 'Required. Accounts seen in them.',
  attempts_30d bigint COMMENT 'Required. Attempts to reach it in the 30 days.',
  accounts_30d bigint COMMENT 'Required. Accounts seen in them; at least 1.',
  percentile double COMMENT 'Required. Share of the day''s hosts, 0-100, that no more accounts used in the 30 days.'
)
PARTITIONED BY (day(event_day))
LOCATION '${warehouse}/host_popularity_daily'
TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd');
