from importlib import import_module

from kehu.core.apps import ModuleConfig


class WarehouseConfig(ModuleConfig):
    name = "kehu.warehouse"
    label = "warehouse"

    def ready(self) -> None:
        super().ready()
        import_module("kehu.warehouse.duplicates.background")  # it declares long work
