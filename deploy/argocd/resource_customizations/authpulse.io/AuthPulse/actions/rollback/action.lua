-- The deployment on trial is given up for the last stable one, and not tried again.
obj.metadata.annotations = obj.metadata.annotations or {}
obj.metadata.annotations["authpulse.io/abandon-deployment"] = obj.status.deployment.id
return obj
