"""Bytes, their encodings and digests."""

from authpulse_localstack.athena.functions.registry import scalar

scalar("to_utf8(varchar) -> varbinary", "encode({0})")
scalar("from_utf8(varbinary) -> varchar", "decode({0}, 'replace')")
scalar("to_hex(varbinary) -> varchar", "hex({0})")
scalar("from_hex(varchar) -> varbinary", "from_hex({0})")
scalar("to_base64(varbinary) -> varchar", "to_base64({0})")
scalar("from_base64(varchar) -> varbinary", "from_base64({0})")
scalar("to_base64url(varbinary) -> varchar", "translate(to_base64({0}), '+/', '-_')")
scalar("from_base64url(varchar) -> varbinary", "from_base64(translate({0}, '-_', '+/'))")
scalar("md5(varbinary) -> varbinary", "unhex(md5({0}))")
scalar("sha1(varbinary) -> varbinary", "unhex(sha1({0}))")
scalar("sha256(varbinary) -> varbinary", "unhex(sha256({0}))")
scalar("sha512(varbinary) -> varbinary", "trino_sha512({0})")
scalar("xxhash64(varbinary) -> varbinary", "trino_xxhash64({0})")
scalar("crc32(varbinary) -> bigint", "trino_crc32({0})")
