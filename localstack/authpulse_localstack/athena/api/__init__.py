"""The operations of the Athena API, a class for each part of it; `provider` puts them together."""
