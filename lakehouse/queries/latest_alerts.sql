-- What was found, newest first, and why?
SELECT event_time, rule_id, entity_type, entity_id, risk_level, risk_score, explanation
FROM auth_alerts
ORDER BY event_time DESC, alert_id
LIMIT 50
