"""What every part of AuthPulse shares: the event contract, log formats, configuration, names and the foundation.

`errors`, `events` and `formats` are standard library only, because the Flink job imports them on the service.
"""

__version__ = "0.1.0"
