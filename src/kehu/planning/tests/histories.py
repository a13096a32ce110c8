"""Histories that the planner's tests share."""

from decimal import Decimal

from kehu.planning.backward import ChannelHistory

# Leads, won deals and revenue by origin of a real marketplace's seller leads.
MARKETPLACE = [
    ChannelHistory(code, leads, sales, None, Decimal(revenue))
    for code, leads, sales, revenue in (
        ("organic_search", 2296, 271, "207023.45"),
        ("paid_search", 1586, 195, "155277.05"),
        ("social", 1350, 75, "43477.99"),
        ("unknown", 1099, 179, "213742.70"),
        ("direct_traffic", 499, 56, "21903.90"),
        ("email", 493, 15, "8484.99"),
        ("referral", 284, 24, "17887.15"),
        ("other", 150, 4, "6888.65"),
        ("display", 118, 6, "923.00"),
        ("other_publicities", 65, 3, "0"),
        ("(blank)", 60, 14, "1242.60"),
    )
]

CAR_LEADS = {
    "live_events": 500,
    "website": 2450,
    "telephone": 223,
    "print": 400,
    "digital_ads": 1100,
    "bought_lists": 1000,
    "outdoor": 1470,
}
CAR_PLAN = {
    "live_events": 5000,
    "website": 24500,
    "telephone": 2230,
    "print": 4000,
    "digital_ads": 11000,
    "bought_lists": 10000,
    "outdoor": 14700,
}
CAR_LAUNCH = [
    ChannelHistory(
        code, leads, sales=leads // 70, qualified=leads // 14, revenue=Decimal(leads // 70 * 650_000)
    )
    for code, leads in CAR_LEADS.items()
]
