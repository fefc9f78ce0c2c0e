-- One day of host_popularity_daily, from the curated events of the 30 days that end with it.
-- The percentile is computed as the engine computes it, to the last bit: a quotient of counts, ties counting as no more used.
WITH used AS (
  SELECT
    computer_id,
    count_if(event_time >= TIMESTAMP '2026-01-30 00:00:00' /* day */) AS attempts,
    count_if(event_time >= TIMESTAMP '2026-01-30 00:00:00' /* day */ AND outcome = 'Fail') AS failures,
    count(DISTINCT CASE WHEN event_time >= TIMESTAMP '2026-01-30 00:00:00' /* day */ THEN user_id END) AS accounts,
    count(*) AS attempts_30d,
    count(DISTINCT user_id) AS accounts_30d
  FROM auth_events_curated
  WHERE event_time >= TIMESTAMP '2026-01-01 00:00:00' /* since */
    AND event_time < TIMESTAMP '2026-01-31 00:00:00' /* until */
    AND (orientation IS NULL OR orientation <> 'LogOff')
  GROUP BY computer_id
)
SELECT
  computer_id,
  CAST(TIMESTAMP '2026-01-30 00:00:00' /* day */ AS date) AS event_day,
  attempts,
  failures,
  accounts,
  attempts_30d,
  accounts_30d,
  100e0 * count(*) OVER (ORDER BY accounts_30d) / count(*) OVER () AS percentile
FROM used
