-- The job stops with a snapshot.
obj.spec.suspend = true
return obj
