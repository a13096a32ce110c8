from kehu.core.apps import ModuleConfig


class PlanningConfig(ModuleConfig):
    name = "kehu.planning"
    label = "planning"
