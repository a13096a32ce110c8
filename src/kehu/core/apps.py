"""How a module joins: its manifest is read when Django starts."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class ModuleConfig(AppConfig):
    """A Kehu module. `module.py` lists OBJECTS (declarations), PANELS (object type → panels it adds there),
    NARROWERS and VERBS (of the change log); metrics.py, events.py and jobs.py are imported so that what they
    declare is known."""

    default = False  # this class itself is no app; every subclass is

    def __init_subclass__(cls) -> None:
        cls.default = True

    def ready(self) -> None:
        from kehu.core import registry, verbs

        if find_spec(f"{self.name}.module") is None:
            return
        manifest = import_module(f"{self.name}.module")
        for kind in getattr(manifest, "OBJECTS", ()):
            registry.register(kind)
        for object_type, panels in getattr(manifest, "PANELS", {}).items():
            registry.contribute(object_type, *panels)
        for narrower in getattr(manifest, "NARROWERS", ()):
            registry.add_narrower(narrower)
        for verb in getattr(manifest, "VERBS", ()):
            verbs.register(verb)
        for part in ("metrics", "events", "jobs", "periodic"):
            if find_spec(f"{self.name}.{part}") is not None:
                import_module(f"{self.name}.{part}")


class CoreConfig(ModuleConfig):
    name = "kehu.core"
    label = "core"

    def ready(self) -> None:
        super().ready()
        import_module("kehu.core.signin")  # it listens to what people do to their second step
