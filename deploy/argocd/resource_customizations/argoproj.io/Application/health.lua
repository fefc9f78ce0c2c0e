-- Argo CD judges no Application by itself, and without it the waves of `apps` would not wait for one another.
local health = (obj.status or {}).health or {}
return { status = health.status or "Progressing", message = health.message or "" }
