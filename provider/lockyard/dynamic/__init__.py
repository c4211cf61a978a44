"""The adapter between Pulumi's dynamic provider protocol and the handlers."""
