"""The invented company 和瑞汽車 (Herui Motors): its market, campaigns, teams and users."""

from kehu.shell.demo.moments import IXX_END, IXX_START, LAUNCH_END, LAUNCH_START
from kehu.shell.demo.rows import (
    CampaignRow,
    ChannelRow,
    MediumRow,
    ProductRow,
    RegionRow,
    TeamRow,
    UserRow,
)

NAME, ENGLISH_NAME = "和瑞汽車", "Herui Motors"
CURRENCY, TIMEZONE, LANGUAGE = "TWD", "Asia/Taipei", "zh-hant"
FIRST_WEEKDAY = 1  # Tuesday, as the weeks of the case (0 is Monday)
PASSWORD = "kehu-demo-2010"  # printed by `kehu demo`; the demo holds invented data only
PRICE = 700_000

REGIONS = (
    RegionRow("taipei", "台北", "Taipei"),
    RegionRow("taoyuan_hsinchu_miaoli", "桃竹苗", "Taoyuan, Hsinchu, Miaoli"),
    RegionRow("taichung_changhua_nantou", "中彰投", "Taichung, Changhua, Nantou"),
    RegionRow("yunlin_chiayi_tainan", "雲嘉南", "Yunlin, Chiayi, Tainan"),
    RegionRow("kaohsiung_pingtung", "高屏", "Kaohsiung, Pingtung"),
    RegionRow("yilan_hualien_taitung", "宜花東", "Yilan, Hualien, Taitung"),
)
REGION_WEIGHTS = (34, 18, 17, 12, 15, 4)

CHANNELS = (
    ChannelRow("live_events", "現場活動", "Live events", "traditional"),
    ChannelRow("website", "網站", "Website", "digital"),
    ChannelRow("telephone", "電話", "Telephone", "other"),
    ChannelRow("print", "平面媒體", "Print", "traditional"),
    ChannelRow("digital_ads", "網路廣告", "Digital ads", "digital"),
    ChannelRow("bought_lists", "外購名單", "Bought lists", "other"),
    ChannelRow("outdoor", "戶外廣告", "Outdoor", "traditional"),
)

ONLINE_MEDIA = ("AutoOnline", "Autoblog", "AutoNet", "CarNews", "Mobile01", "Ucar", "yahoo", "yahooS")
MEDIA = (
    MediumRow("motor_show", "北區秋季車展", "live_events"),
    MediumRow("mall_test_drive", "百貨廣場試乘會", "live_events"),
    MediumRow("family_day", "週末親子體驗日", "live_events"),
    MediumRow("campaign_site", "活動網站", "website"),
    MediumRow("resource_centre", "線上購車資源中心", "website"),
    MediumRow("hotline", "購車服務專線", "telephone"),
    MediumRow("daily_paper", "晨嶼日報", "print"),
    MediumRow("car_monthly", "駕途月刊", "print"),
    MediumRow("direct_mail", "社區夾報", "print"),
    *(MediumRow(name.lower(), name, "digital_ads") for name in ONLINE_MEDIA),
    MediumRow("owner_list", "舊車主名單", "bought_lists"),
    MediumRow("broker_list", "匯安名單", "bought_lists"),
    MediumRow("billboards", "高架道路看板網", "outdoor"),
    MediumRow("station_panels", "車站燈箱聯播", "outdoor"),
    MediumRow("bus_panels", "公車車體廣告", "outdoor"),
)
MEDIA_OF = {row.code: tuple(m.code for m in MEDIA if m.channel == row.code) for row in CHANNELS}

PRODUCTS = (ProductRow("iXX", "iXX", PRICE), ProductRow("hX", "hX（2009 年式）", PRICE))

IXX, LAUNCH_2009 = "ixx", "launch-2009"
CAMPAIGNS = (
    CampaignRow(LAUNCH_2009, "Launch 2009", "hX", LAUNCH_START, LAUNCH_END, 1_900_000, "campaign"),
    CampaignRow(IXX, "iXX", "iXX", IXX_START, IXX_END, 10_000_000, "campaign"),
)

TEAMS = (
    TeamRow("company", "和瑞汽車", None),
    TeamRow("marketing", "行銷部", "company"),
    TeamRow("campaigns", "專案企劃組", "marketing"),
    TeamRow("channels", "通路媒體組", "marketing"),
    TeamRow("insight", "市場分析組", "marketing"),
    TeamRow("sales", "業務部", "company"),
    *(TeamRow(f"sales_{row.code}", f"{row.name}業務組", "sales", row.code) for row in REGIONS),
    TeamRow("service", "客戶服務部", "company"),
    TeamRow("office", "管理部", "company"),
)

HEADS = (
    ("gm", "邱振嵐", "general_manager", "company"),
    ("marketing", "葉芷涵", "marketing_head", "marketing"),
    ("campaign", "溫書瑋", "campaign_manager", "campaigns"),
    ("channel", "簡莉雯", "channel_manager", "channels"),
    ("segment", "沈庭安", "segment_manager", "insight"),
    ("analyst", "羅品儒", "analyst", "insight"),
    ("privacy", "姚靜宜", "privacy_manager", "office"),
    ("saleshead", "龔世寬", "sales_head", "sales"),
    ("service", "湯雅筑", "service_agent", "service"),
    ("admin", "柯俊廷", "administrator", "office"),
)

REPS = (
    ("rep1", "詹凱文", "taipei"),
    ("rep2", "顏佳蓉", "taipei"),
    ("rep3", "游宗翰", "taipei"),
    ("rep4", "藍心瑜", "taipei"),
    ("rep5", "彭建勳", "taoyuan_hsinchu_miaoli"),
    ("rep6", "范姜如", "taoyuan_hsinchu_miaoli"),
    ("rep7", "賴明諺", "taichung_changhua_nantou"),
    ("rep8", "廖怡蓁", "taichung_changhua_nantou"),
    ("rep9", "蘇冠霖", "yunlin_chiayi_tainan"),
    ("rep10", "莊淑媛", "kaohsiung_pingtung"),
    ("rep11", "董志遠", "kaohsiung_pingtung"),
    ("rep12", "尤恩平", "yilan_hualien_taitung"),
)
REPS_OF = {row.code: tuple(u for u, _, region in REPS if region == row.code) for row in REGIONS}


def users() -> list[UserRow]:
    """One user at least for every role, and the sales representatives by region."""
    heads = [UserRow(u, name, f"{u}@herui.example", role, team, LANGUAGE) for u, name, role, team in HEADS]
    reps = [
        UserRow(u, name, f"{u}@herui.example", "sales_rep", f"sales_{region}", LANGUAGE, region)
        for u, name, region in REPS
    ]
    return heads + reps
