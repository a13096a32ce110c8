from kehu.core.apps import ModuleConfig


class CustomersConfig(ModuleConfig):
    name = "kehu.customers"
    label = "customers"
