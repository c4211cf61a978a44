"""A Kubernetes cluster for the tests: real control plane, fake nodes; `../cluster.py` is its command."""
