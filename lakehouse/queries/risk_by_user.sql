-- Which accounts are the riskiest? By their highest score, then by how often they scored HIGH or more.
SELECT
  user_id,
  max(risk_score) AS highest_score,
  count_if(risk_score > 50) AS high_events,
  count(*) AS events,
  max(distinct_hosts_1h) AS most_hosts_in_an_hour,
  array_sort(array_distinct(flatten(array_agg(rules)))) AS rules
FROM auth_events_curated
WHERE risk_score > 0
  AND event_time >= TIMESTAMP '1970-01-01 00:00:00' /* since */
  AND event_time < TIMESTAMP '2100-01-01 00:00:00' /* until */
GROUP BY user_id
ORDER BY highest_score DESC, high_events DESC, user_id
LIMIT 10 /* limit */
