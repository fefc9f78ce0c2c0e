-- Which accounts with a history reached a host for the first time, and how usual is that host?
SELECT
  event_time,
  user_id,
  computer_id,
  source_host,
  outcome,
  account_attempts,
  known_hosts,
  host_popularity_percentile,
  risk_score,
  event_id
FROM auth_events_curated
WHERE new_host
  AND account_attempts >= 10 /* history */
  AND event_time >= TIMESTAMP '1970-01-01 00:00:00' /* since */
  AND event_time < TIMESTAMP '2100-01-01 00:00:00' /* until */
ORDER BY risk_score DESC, event_time DESC, event_id
LIMIT 100 /* limit */
