"""The registry server: artifact repositories, artifacts and workloads, and every change to them."""
