-- Which accounts reached many hosts within an hour, when was that, and from how many places?
SELECT
  user_id,
  max(distinct_hosts_1h) AS most_hosts_in_an_hour,
  count(DISTINCT computer_id) AS hosts,
  count(DISTINCT source_host) AS source_hosts,
  count_if(new_host) AS new_hosts,
  min(event_time) AS first_event_time,
  max(event_time) AS last_event_time,
  max(risk_score) AS highest_score
FROM auth_events_curated
WHERE distinct_hosts_1h >= 10 /* hosts */
  AND event_time >= TIMESTAMP '1970-01-01 00:00:00' /* since */
  AND event_time < TIMESTAMP '2100-01-01 00:00:00' /* until */
GROUP BY user_id
ORDER BY most_hosts_in_an_hour DESC, user_id
LIMIT 50 /* limit */
