"""Functions of many rows. `name[…]` is DuckDB's aggregate with the DISTINCT, ORDER BY, FILTER and OVER of the call.

Sums of bigint are checked for overflow by the cast (DuckDB adds them in 128 bits). approx_distinct and
approx_percentile are exact here, which is within the error that they are allowed.
"""

from authpulse_localstack.athena.functions.registry import aggregate

aggregate("count() -> bigint", "count[*]")
aggregate("count(T) -> bigint", "count[{0}]")
aggregate("count_if(boolean) -> bigint", "count[CASE WHEN {0} THEN true END]")  # DuckDB's is NULL where all are
aggregate("sum(bigint) -> bigint", "CAST(sum[{0}] AS BIGINT)")
aggregate("sum(decimal) -> decimal_sum", "sum[{0}]")
aggregate("sum(real) -> real", "CAST(sum[CAST({0} AS DOUBLE)] AS FLOAT)")
aggregate("sum(double) -> double", "sum[{0}]")
aggregate("sum(interval_day) -> interval_day", "CAST(sum[{0}] AS BIGINT)")
aggregate("sum(interval_month) -> interval_month", "CAST(sum[{0}] AS INTEGER)")
aggregate("avg(bigint) -> double", "avg[{0}]")
aggregate("avg(decimal) -> decimal", "CAST(trino_decimal_average(sum[{0}], count[{0}]) AS {decimal})")
aggregate("avg(real) -> real", "CAST(avg[{0}] AS FLOAT)")
aggregate("avg(double) -> double", "avg[{0}]")
aggregate("avg(interval_day) -> interval_day", "CAST(avg[{0}] AS BIGINT)")
for name, function in (("min", "arg_min_null"), ("max", "arg_max_null")):
    aggregate(f"{name}(T) -> T", f"{name}[{{0}}]")
    aggregate(f"{name}(T, bigint) -> array(T)", f"{name}[{{0}}, {{1}}]")
    aggregate(f"{name}_by(T, U) -> T", f"{function}[{{0}}, {{1}}]")
    aggregate(f"{name}_by(T, U, bigint) -> array(T)", f"arg_{name}[{{0}}, {{1}}, {{2}}]")
for name in ("arbitrary", "any_value"):
    aggregate(f"{name}(T) -> T", "any_value[{0}]")
for name, function in (("bool_and", "bool_and"), ("every", "bool_and"), ("bool_or", "bool_or")):
    aggregate(f"{name}(boolean) -> boolean", f"{function}[{{0}}]")
aggregate("bitwise_and_agg(bigint) -> bigint", "bit_and[{0}]")
aggregate("bitwise_or_agg(bigint) -> bigint", "bit_or[{0}]")
aggregate("bitwise_xor_agg(bigint) -> bigint", "bit_xor[{0}]")
for name, function in (
    ("stddev", "stddev_samp"),
    ("stddev_samp", "stddev_samp"),
    ("stddev_pop", "stddev_pop"),
    ("variance", "var_samp"),
    ("var_samp", "var_samp"),
    ("var_pop", "var_pop"),
    ("kurtosis", "kurtosis"),
):
    aggregate(f"{name}(double) -> double", f"{function}[{{0}}]")
aggregate("skewness(double) -> double", "trino_population_skewness(skewness[{0}], count[{0}])")
aggregate("geometric_mean(double) -> double", "exp(avg[ln({0})])")
for name in ("corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept"):
    aggregate(f"{name}(double, double) -> double", f"{name}[{{0}}, {{1}}]")
aggregate("approx_distinct(T) -> bigint", "count[DISTINCT {0}]")
aggregate("approx_distinct(T, double) -> bigint", "count[DISTINCT {0}]")
aggregate("approx_percentile(bigint, double) -> bigint", "quantile_disc[{0}, {1}]")
aggregate("approx_percentile(double, double) -> double", "quantile_disc[{0}, {1}]")
aggregate("approx_percentile(bigint, array(double)) -> array(bigint)", "quantile_disc[{0}, {1}]")
aggregate("approx_percentile(double, array(double)) -> array(double)", "quantile_disc[{0}, {1}]")
aggregate("array_agg(T) -> array(T)", "list[{0}]")
aggregate("listagg(varchar) -> varchar", "string_agg[{0}, '']")
aggregate("listagg(varchar, varchar) -> varchar", "string_agg[{0}, {1}]")
aggregate("histogram(T) -> map(T, bigint)", "CAST(histogram[{0}] AS MAP({T}, BIGINT))")
aggregate("map_agg(K, V) -> map(K, V)", "trino_map_of(list[struct_pack(key := {0}, value := {1})])")
aggregate("multimap_agg(K, V) -> map(K, array(V))", "trino_multimap_of(list[struct_pack(key := {0}, value := {1})])")
