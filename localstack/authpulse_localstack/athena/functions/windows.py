"""Functions that need OVER."""

from authpulse_localstack.athena.functions.registry import window

for name in ("row_number", "rank", "dense_rank"):
    window(f"{name}() -> bigint", f"{name}[]")
for name in ("percent_rank", "cume_dist"):
    window(f"{name}() -> double", f"{name}[]")
window("ntile(bigint) -> bigint", "ntile[{0}]")
for name in ("lag", "lead"):
    window(f"{name}(T) -> T", f"{name}[{{0}}]")
    window(f"{name}(T, bigint) -> T", f"{name}[{{0}}, {{1}}]")
    window(f"{name}(T, bigint, T) -> T", f"{name}[{{0}}, {{1}}, {{2}}]")
for name in ("first_value", "last_value"):
    window(f"{name}(T) -> T", f"{name}[{{0}}]")
window("nth_value(T, bigint) -> T", "nth_value[{0}, {1}]")
