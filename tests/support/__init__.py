"""What tests of several folders need: runs of real processes, and rows in comparable form."""
