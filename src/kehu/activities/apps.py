from kehu.core.apps import ModuleConfig


class ActivitiesConfig(ModuleConfig):
    name = "kehu.activities"
    label = "activities"
