from kehu.core.apps import ModuleConfig


class ShellConfig(ModuleConfig):
    name = "kehu.shell"
    label = "shell"
