-- Which actions a person is offered, refused where `kubectl authpulse` refuses the verb of the same name.
local status = obj.status or {}
local deployment, stable = status.deployment or {}, status.lastStable or {}
local is_going = obj.metadata.deletionTimestamp ~= nil
local is_suspended = obj.spec.suspend == true
local can_roll_back = deployment.id ~= nil and stable.id ~= nil and deployment.id ~= stable.id
local has_replays = #(obj.spec.replays or {}) > 0
local name_has_room = #obj.metadata.name + #"-1234567890" <= 63

local function offer(icon, is_possible)
  return { iconClass = "fa fa-fw fa-" .. icon, disabled = is_going or not is_possible }
end

return {
  ["suspend"] = offer("pause", not is_suspended),
  ["resume"] = offer("play", is_suspended),
  ["restart"] = offer("redo", not is_suspended),
  ["rollback"] = offer("history", can_roll_back),
  ["snapshot"] = offer("camera", name_has_room),
  ["rerun-replay"] = offer("step-backward", has_replays and not is_suspended),
}
