from kehu.core.apps import ModuleConfig


class LeadsConfig(ModuleConfig):
    name = "kehu.leads"
    label = "leads"
