"""What has to exist on AWS before the first application: one description, whoever makes it.

`metrics`, `alarms`, `roles`, `trust` and `dashboards` are data over `authpulse.names`. `description` is what the
operator makes where it lays the foundation itself, `documents` JSON for Terraform, `pages` the reference page.
Nothing here calls AWS. The tables are `lakehouse`'s; this says where they lie.
"""

from authpulse.foundation.description import Foundation

__all__ = ["Foundation"]
