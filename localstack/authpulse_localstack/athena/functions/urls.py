"""URLs: NULL for what is none."""

from authpulse_localstack.athena.functions.registry import scalar

for part in ("fragment", "host", "path", "protocol", "query"):
    scalar(f"url_extract_{part}(varchar) -> varchar", f"trino_url_{part}({{0}})")
scalar("url_extract_port(varchar) -> bigint", "trino_url_port({0})")
scalar("url_extract_parameter(varchar, varchar) -> varchar", "trino_url_parameter({0}, {1})")
scalar("url_decode(varchar) -> varchar", "url_decode(replace({0}, '+', ' '))")
scalar("url_encode(varchar) -> varchar", "trino_url_encode({0})")
