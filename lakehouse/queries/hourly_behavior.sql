-- In which hours was an account far busier than it had been in its earlier active hours?
WITH hours AS (
  SELECT
    *,
    count(*) OVER earlier AS earlier_hours,
    avg(attempts) OVER earlier AS usual_attempts,
    avg(distinct_hosts) OVER earlier AS usual_hosts
  FROM user_behavior_hourly
  WHERE attempts > 0
    AND event_hour >= TIMESTAMP '1970-01-01 00:00:00' /* since */
    AND event_hour < TIMESTAMP '2100-01-01 00:00:00' /* until */
  WINDOW earlier AS (PARTITION BY user_id ORDER BY event_hour ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT
  user_id,
  event_hour,
  attempts,
  usual_attempts,
  attempts / usual_attempts AS times_usual,
  failures,
  distinct_hosts,
  usual_hosts,
  new_hosts,
  max_score
FROM hours
WHERE earlier_hours >= 5 /* history */
  AND attempts >= 3 /* times */ * usual_attempts
ORDER BY times_usual DESC, user_id, event_hour
LIMIT 50 /* limit */
