-- The job goes on from its snapshot.
obj.spec.suspend = false
return obj
