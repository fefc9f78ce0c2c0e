"""Text."""

from authpulse_localstack.athena.functions.registry import scalar

scalar("length(varchar) -> bigint", "length({0})")
scalar("length(varbinary) -> bigint", "octet_length({0})")
scalar("lower(varchar) -> varchar", "lower({0})")
scalar("upper(varchar) -> varchar", "upper({0})")
scalar("reverse(varchar) -> varchar", "reverse({0})")
scalar("chr(bigint) -> varchar", "chr(CAST({0} AS INTEGER))")
scalar("codepoint(varchar) -> integer", "trino_codepoint({0})")
scalar("concat_ws(varchar, array(varchar)) -> varchar", "coalesce(array_to_string({1}, {0}), left({0}, 0))")
scalar("concat_ws(varchar, varchar, …) -> varchar", "trino_concat_ws({0}, [{*}])")
scalar("starts_with(varchar, varchar) -> boolean", "starts_with({0}, {1})")
scalar("ends_with(varchar, varchar) -> boolean", "ends_with({0}, {1})")
scalar("strpos(varchar, varchar) -> bigint", "CAST(strpos({0}, {1}) AS BIGINT)")
scalar("strpos(varchar, varchar, bigint) -> bigint", "trino_nth_position({0}, {1}, {2})")
for name in ("substr", "substring"):
    scalar(f"{name}(varchar, bigint) -> varchar", "trino_substr({0}, {1}, NULL)")
    scalar(f"{name}(varchar, bigint, bigint) -> varchar", "trino_substr({0}, {1}, {2})")
for name in ("lpad", "rpad"):
    scalar(f"{name}(varchar, bigint, varchar) -> varchar", f"{name}({{0}}, CAST({{1}} AS INTEGER), {{2}})")
for name in ("trim", "ltrim", "rtrim"):
    scalar(f"{name}(varchar) -> varchar", f"{name}({{0}}, trino_whitespace())")
    scalar(f"{name}(varchar, varchar) -> varchar", f"{name}({{0}}, {{1}})")
scalar("replace(varchar, varchar) -> varchar", "replace({0}, {1}, '')")
scalar("replace(varchar, varchar, varchar) -> varchar", "trino_replace({0}, {1}, {2})")
scalar("translate(varchar, varchar, varchar) -> varchar", "translate({0}, {1}, {2})")
scalar("split(varchar, varchar) -> array(varchar)", "string_split({0}, {1})")
scalar("split(varchar, varchar, bigint) -> array(varchar)", "trino_split({0}, {1}, {2})")
scalar("split_part(varchar, varchar, bigint) -> varchar", "trino_split_part({0}, {1}, {2})")
scalar("split_to_map(varchar, varchar, varchar) -> map(varchar, varchar)", "trino_split_to_map({0}, {1}, {2})")
scalar("levenshtein_distance(varchar, varchar) -> bigint", "CAST(levenshtein({0}, {1}) AS BIGINT)")
scalar("hamming_distance(varchar, varchar) -> bigint", "trino_hamming({0}, {1})")
scalar("uuid() -> uuid", "uuid()")
