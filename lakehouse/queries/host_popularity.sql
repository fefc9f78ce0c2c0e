-- How many accounts use each host? The result, as CSV, is the popularity table that RARE_HOST reads.
SELECT computer_id, count(DISTINCT user_id) AS accounts
FROM auth_events_curated
WHERE orientation IS NULL OR orientation <> 'LogOff'
GROUP BY computer_id
ORDER BY computer_id
