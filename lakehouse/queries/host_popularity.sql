-- How much is each host used, the least used first? As of the newest day that was aggregated.
SELECT computer_id, accounts_30d, attempts_30d, percentile, accounts, attempts, failures, event_day
FROM host_popularity_daily
WHERE event_day = (SELECT max(event_day) FROM host_popularity_daily)
ORDER BY percentile, attempts_30d, computer_id
LIMIT 100 /* limit */
