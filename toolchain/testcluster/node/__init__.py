"""A real node for the test cluster, in a network namespace of its own: containerd, kubelet, kube-proxy, fake GPUs."""
