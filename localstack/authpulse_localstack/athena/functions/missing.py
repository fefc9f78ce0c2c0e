"""Functions that Trino has and that are not done here: they fail as NOT_SUPPORTED, by name."""

from typing import Final

_SQL_JSON = "json_array json_exists json_object json_query json_scalar json_serialize"
_SKETCHES = """
approx_most_frequent approx_set cardinality_set empty_approx_set hash_counts intersection_cardinality jaccard_index
make_set_digest merge merge_set_digest numeric_histogram qdigest_agg tdigest_agg theta_sketch_cardinality
theta_sketch_union value_at_quantile values_at_quantiles
"""
_LEARNING = """
classify evaluate_classifier_predictions features learn_classifier learn_libsvm_classifier learn_libsvm_regressor
learn_regressor regress
"""
_MATCHING = "classifier match_number permute prev next first last"
_COLORS = "bar color render rgb"
_HASHES = "checksum hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 murmur3 spooky_hash_v2_32 spooky_hash_v2_64"
_STATISTICS = """
beta_cdf inverse_beta_cdf inverse_normal_cdf normal_cdf t_cdf t_pdf wilson_interval_lower wilson_interval_upper
"""
_TEXTS = """
char2hexint format format_number luhn_check ngrams normalize soundex word_stem parse_data_size parse_duration
human_readable_seconds to_char to_date to_timestamp from_base32 to_base32 random_string
"""
_BYTES = """
from_big_endian_32 from_big_endian_64 from_ieee754_32 from_ieee754_64 to_big_endian_32 to_big_endian_64
to_ieee754_32 to_ieee754_64
"""
_OTHERS = """
all_columns_search apply array_histogram combinations contains_sequence cosine_distance cosine_similarity
exclude_columns from_iso8601_timestamp_nanos from_unixtime_nanos map_union multimap_from_entries objectid
objectid_timestamp reduce_agg timestamp_objectid
"""
_SESSION = "current_groups current_user current_catalog current_schema current_role current_path version"
_SPATIAL = """
bing_tile bing_tile_at bing_tile_coordinates bing_tile_polygon bing_tile_quadkey bing_tile_zoom_level
bing_tiles_around convex_hull_agg from_encoded_polyline from_geojson_geometry geometry_collect_agg
geometry_from_hadoop_shape geometry_invalid_reason geometry_nearest_points geometry_to_bing_tiles geometry_union
geometry_union_agg great_circle_distance line_interpolate_point line_interpolate_points line_locate_point
simplify_geometry spatial_partitioning spatial_partitions st_area st_asbinary st_astext st_boundary st_buffer
st_centroid st_contains st_convexhull st_coorddim st_crosses st_difference st_dimension st_disjoint st_distance
st_endpoint st_envelope st_envelopeaspts st_equals st_exteriorring st_geometries st_geometryfromtext st_geometryn
st_geometrytype st_geomfrombinary st_interiorringn st_interiorrings st_intersection st_intersects st_isclosed
st_isempty st_isring st_issimple st_isvalid st_length st_linefromtext st_linestring st_multipoint
st_numgeometries st_numinteriorring st_numpoints st_overlaps st_point st_pointn st_points st_polygon st_relate
st_startpoint st_symdifference st_touches st_union st_within st_x st_xmax st_xmin st_y st_ymax st_ymin
to_encoded_polyline to_geojson_geometry to_geometry to_spherical_geography
"""

_ALL: Final = (
    *(_SQL_JSON, _SKETCHES, _LEARNING, _MATCHING, _COLORS, _HASHES),
    *(_STATISTICS, _TEXTS, _BYTES, _OTHERS, _SESSION, _SPATIAL),
)
MISSING: Final = frozenset(name for names in _ALL for name in names.split())
