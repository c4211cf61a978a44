"""Pulumi components that turn Lockyard workloads into Kubernetes objects."""
