"""What tests and tools ask of the local AWS and no AWS offers: faults on demand, the calls made, the incarnation."""
