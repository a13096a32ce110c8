from kehu.core.apps import ModuleConfig


class SalesConfig(ModuleConfig):
    name = "kehu.sales"
    label = "sales"
