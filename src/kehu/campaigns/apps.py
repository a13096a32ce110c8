from kehu.core.apps import ModuleConfig


class CampaignsConfig(ModuleConfig):
    name = "kehu.campaigns"
    label = "campaigns"
