"""State that survives a graceful stop. `keep` is how a provider takes part; `services` does it for LocalStack's own."""

from authpulse_localstack.state.keeper import KEEPER, keep

__all__ = ["KEEPER", "keep"]
