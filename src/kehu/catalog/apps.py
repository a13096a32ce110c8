from kehu.core.apps import ModuleConfig


class CatalogConfig(ModuleConfig):
    name = "kehu.catalog"
    label = "catalog"
