from kehu.core.apps import ModuleConfig


class CaptureConfig(ModuleConfig):
    name = "kehu.capture"
    label = "capture"
