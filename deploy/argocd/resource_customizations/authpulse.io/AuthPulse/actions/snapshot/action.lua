-- A snapshot of the running job, as an AuthPulseSnapshot: the operator takes it, and deletes it with the resource.
-- Argo CD gives scripts no string library, and `os` only where it is asked for.
local os = require("os")

local snapshot = {
  apiVersion = obj.apiVersion,
  kind = "AuthPulseSnapshot",
  metadata = { name = obj.metadata.name .. "-" .. os.time(), namespace = obj.metadata.namespace },
  spec = { authPulse = obj.metadata.name, disposeOnDelete = true },
}
return { { operation = "create", resource = snapshot } }
