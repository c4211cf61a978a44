"""A whole registry in one file, from any database into any other."""

from ._export import Exported, export_registry
from ._import import Imported, import_registry

__all__ = ["Exported", "Imported", "export_registry", "import_registry"]
