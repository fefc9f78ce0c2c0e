-- One day of user_behavior_hourly, from the curated events of that day.
SELECT
  user_id,
  date_trunc('hour', event_time) AS event_hour,
  count_if(orientation IS NULL OR orientation <> 'LogOff') AS attempts,
  count_if((orientation IS NULL OR orientation <> 'LogOff') AND outcome = 'Fail') AS failures,
  count_if(orientation = 'LogOff') AS log_offs,
  count(DISTINCT CASE WHEN orientation IS NULL OR orientation <> 'LogOff' THEN computer_id END) AS distinct_hosts,
  count(DISTINCT CASE WHEN orientation IS NULL OR orientation <> 'LogOff' THEN source_host END) AS distinct_source_hosts,
  count_if(new_host) AS new_hosts,
  count_if(new_account_at_source) AS new_source_hosts,
  max(attempts_1h) AS peak_attempts_1h,
  max(distinct_hosts_1h) AS peak_hosts_1h,
  count_if(late) AS late_events,
  max(risk_score) AS max_score,
  count_if(risk_score > 50) AS high_events,
  count_if(risk_score > 75) AS critical_events
FROM auth_events_curated
WHERE event_time >= TIMESTAMP '2026-01-01 00:00:00' /* since */
  AND event_time < TIMESTAMP '2026-01-02 00:00:00' /* until */
GROUP BY user_id, date_trunc('hour', event_time)
