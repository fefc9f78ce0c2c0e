-- The job restarts from a snapshot of itself: another nonce is another deployment.
obj.spec.flink = obj.spec.flink or {}
obj.spec.flink.restartNonce = (obj.spec.flink.restartNonce or 0) + 1
return obj
