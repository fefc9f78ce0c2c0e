-- What Argo CD shows of an AuthPulse. The first answer counts. A status of another generation says nothing of this spec,
-- and an application that is RUNNING is not healthy: the job has to have passed the operator's gate.
local status = obj.status or {}

local function condition(kind)
  for _, found in ipairs(status.conditions or {}) do
    if found.type == kind then
      return found
    end
  end
  return {}
end

local function in_words(found)
  local words = found.reason or ""
  if found.message ~= nil and found.message ~= "" then
    words = words .. ": " .. found.message
  end
  return words
end

local function answer(health, found)
  return { status = health, message = in_words(found) }
end

if obj.metadata.generation ~= status.observedGeneration then
  return { status = "Progressing", message = "the operator has not looked at generation " .. obj.metadata.generation }
end

local ready, stalled = condition("Ready"), condition("Stalled")
local reconciling, paused = condition("Reconciling"), condition("Paused")
if stalled.status == "True" then
  return answer("Degraded", stalled)
end
if reconciling.status == "True" then
  return answer("Progressing", reconciling)
end
if paused.status == "True" then
  return answer("Suspended", paused)
end
if ready.status ~= "True" or ready.observedGeneration ~= obj.metadata.generation then
  return answer("Progressing", ready)
end

local job = condition("JobHealthy")
if job.status ~= "True" and ready.reason ~= "Idle" then
  return answer("Progressing", job)
end
local healthy = answer("Healthy", ready)
for _, kind in ipairs({ "QualityPassing", "DataFresh" }) do
  local found = condition(kind)
  if found.status == "False" then
    healthy.message = healthy.message .. "; " .. in_words(found)
  end
end
return healthy
