-- Which accounts tried to log on very often within an hour, and how many of the attempts failed?
SELECT
  user_id,
  date_trunc('hour', event_time) AS event_hour,
  max(attempts_1h) AS most_attempts_in_an_hour,
  max(failures_1h) AS most_failures_in_an_hour,
  max(distinct_hosts_1h) AS most_hosts_in_an_hour,
  max(risk_score) AS highest_score
FROM auth_events_curated
WHERE attempts_1h > 50 /* attempts */
  AND event_time >= TIMESTAMP '1970-01-01 00:00:00' /* since */
  AND event_time < TIMESTAMP '2100-01-01 00:00:00' /* until */
GROUP BY user_id, date_trunc('hour', event_time)
ORDER BY most_attempts_in_an_hour DESC, user_id, event_hour
LIMIT 50 /* limit */
