-- What Argo CD shows of an AuthPulseSnapshot: healthy once it can be restored.
local status = obj.status or {}
local of_state = { Completed = "Healthy", Failed = "Degraded", Abandoned = "Degraded" }

if obj.metadata.generation ~= status.observedGeneration then
  return { status = "Progressing", message = "the operator has not looked at generation " .. obj.metadata.generation }
end

local message = status.state or "Pending"
if status.reason ~= nil then
  message = message .. ": " .. status.reason
end
if status.message ~= nil and status.message ~= "" then
  message = message .. ": " .. status.message
end
return { status = of_state[status.state] or "Progressing", message = message }
