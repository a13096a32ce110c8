from kehu.core.apps import ModuleConfig


class BehaviourConfig(ModuleConfig):
    name = "kehu.behaviour"
    label = "behaviour"
