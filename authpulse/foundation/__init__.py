"""What has to exist on AWS before the first application: one description, whoever makes it.

`metrics` and `alarms` are data over `authpulse.names`; `description` is what the operator makes where it lays the
foundation itself.
Nothing here calls AWS. The tables are `lakehouse`'s; this says where they lie.
"""

from authpulse.foundation.description import Foundation

__all__ = ["Foundation"]
