-- What was found, newest first, and why?
SELECT event_time, rule_id, entity_type, entity_id, risk_level, risk_score, explanation
FROM auth_alerts
WHERE event_time >= TIMESTAMP '1970-01-01 00:00:00' /* since */
  AND event_time < TIMESTAMP '2100-01-01 00:00:00' /* until */
ORDER BY event_time DESC, alert_id
LIMIT 50 /* limit */
