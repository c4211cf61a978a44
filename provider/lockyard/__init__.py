"""Declare artifacts and workloads for GPU clusters with Pulumi."""
