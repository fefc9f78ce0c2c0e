"""Makes the world match an AuthPulse resource: observe, validate, decide, act, record.

Imports go one way: `api` (the resource) < `core` (pure decisions) < `ports` (what the core needs of the world) <
`adapters` (AWS, processes, files) < `runtime` (who calls whom, and when).
"""
