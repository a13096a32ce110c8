"""How a module joins: its manifest is read when Django starts."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ModuleConfig(AppConfig):
    """A Kehu module. `module.py` lists OBJECTS (declarations), PANELS (object type → panels it adds there),
    NARROWERS, VERBS (of the change log), TIMELINE (object type, or `*`, → sources of its timeline), MENTIONS (who is
    named in texts), PURGED (what goes with a record that is deleted for good); metrics.py, events.py and jobs.py are
    imported so that what they declare is known."""

    default = False  # this class itself is no app; every subclass is

    def __init_subclass__(cls) -> None:
        cls.default = True

    def ready(self) -> None:
        from kehu.core import notices, purging, registry, timeline, verbs

        if find_spec(f"{self.name}.module") is None:
            return
        manifest = import_module(f"{self.name}.module")
        for kind in getattr(manifest, "OBJECTS", ()):
            registry.register(kind)
        for object_type, panels in getattr(manifest, "PANELS", {}).items():
            registry.contribute(object_type, *panels)
        for narrower in getattr(manifest, "NARROWERS", ()):
            registry.add_narrower(narrower)
        for object_type, sources in getattr(manifest, "TIMELINE", {}).items():
            timeline.contribute(object_type, *sources)
        for found_in in getattr(manifest, "MENTIONS", ()):
            notices.add_mentions(found_in)
        for follow in getattr(manifest, "PURGED", ()):
            purging.add(follow)
        for verb in getattr(manifest, "VERBS", ()):
            verbs.register(verb)
        for part in ("metrics", "events", "jobs", "periodic"):
            if find_spec(f"{self.name}.{part}") is not None:
                import_module(f"{self.name}.{part}")


class CoreConfig(ModuleConfig):
    name = "kehu.core"
    label = "core"

    def ready(self) -> None:
        from kehu.core import recycled

        super().ready()
        import_module("kehu.core.webhooks.jobs")
        import_module("kehu.core.exports")  # it declares a step of long work
        import_module("kehu.core.bulk")  # it declares long work
        import_module("kehu.core.signin")  # it listens to what people do to their second step
        post_migrate.connect(recycled.make_indexes, sender=self)
