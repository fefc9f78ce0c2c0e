"""Pure decisions: what to do next about one resource. No I/O, no clock, no AWS, no Kubernetes."""
