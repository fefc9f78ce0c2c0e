-- How old is the newest event that can be queried, counted from when Kinesis took it in?
-- lag_seconds grows while nothing arrives: read it together with newest_ingestion_time.
SELECT
  max(ingestion_time) AS newest_ingestion_time,
  max(event_time) AS newest_event_time,
  date_diff('second', max(ingestion_time), cast(current_timestamp AT TIME ZONE 'UTC' AS timestamp)) AS lag_seconds
FROM auth_events_curated
