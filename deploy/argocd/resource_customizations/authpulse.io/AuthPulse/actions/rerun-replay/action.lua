-- Every replay of the spec runs again from its beginning: another nonce is another run.
for _, replay in ipairs(obj.spec.replays or {}) do
  replay.nonce = (replay.nonce or 0) + 1
end
return obj
