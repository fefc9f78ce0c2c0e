-- From which source hosts does the riskiest activity come?
SELECT
  source_host,
  max(risk_score) AS highest_score,
  count_if(risk_score > 50) AS high_events,
  max(source_accounts_1h) AS most_accounts_in_an_hour,
  count(DISTINCT user_id) AS accounts
FROM auth_events_curated
WHERE source_host IS NOT NULL
  AND risk_score > 0
  AND event_time >= TIMESTAMP '1970-01-01 00:00:00' /* since */
  AND event_time < TIMESTAMP '2100-01-01 00:00:00' /* until */
GROUP BY source_host
ORDER BY highest_score DESC, high_events DESC, source_host
LIMIT 10 /* limit */
