"""The custom resource: spec, status, conditions and reasons, as types. No behaviour beyond validation."""
