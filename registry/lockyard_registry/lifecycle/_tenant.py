"""The tenant of a registry."""


def tenant_id(registry_id: str) -> str:
    """One registry is one tenant; written as a UUID of version 4, as clients expect it."""
    digits = f"{registry_id}{registry_id[:8]}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"
