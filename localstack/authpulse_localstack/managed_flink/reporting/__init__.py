"""What a running application tells CloudWatch: its log lines and its metrics."""

from authpulse_localstack.managed_flink.reporting.reporter import Reporter

__all__ = ["Reporter"]
