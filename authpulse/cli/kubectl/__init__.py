"""`kubectl authpulse`: AuthPulse resources of a cluster, looked at and changed by hand."""
