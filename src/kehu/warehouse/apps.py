from kehu.core.apps import ModuleConfig


class WarehouseConfig(ModuleConfig):
    name = "kehu.warehouse"
    label = "warehouse"
