"""The mappings every installation begins with. No Django models here.

YouTube's two are its bulk reports ``content_owner_ad_revenue_raw_a1`` (monthly, final) and
``content_owner_estimated_revenue_a1`` (daily, estimated); ``docs/reports-template.md`` describes our own table. The
headers of Studio, AdSense and Meta are those of files people have shared; the Chinese ones of Studio and Meta are our
translation until somebody has compared them with a file, and finance can add what she meets.
"""

from typing import Any, Final

from revenue.importing.mapping import NO_CONTROL, TOTAL_ROW

YOUTUBE_COLUMNS: Final = (
    "adjustment_type", "date", "country_code", "video_id", "video_title", "video_duration_sec", "category",
    "channel_id", "uploader", "channel_display_name", "content_type", "policy", "owned_views",
    "youtube_revenue_split_auction", "youtube_revenue_split_reserved",
    "youtube_revenue_split_partner_sold_youtube_served", "youtube_revenue_split_partner_sold_partner_served",
    "youtube_revenue_split", "partner_revenue_auction", "partner_revenue_reserved",
    "partner_revenue_partner_sold_youtube_served", "partner_revenue_partner_sold_partner_served", "partner_revenue",
)  # fmt: skip
ESTIMATED_COLUMNS: Final = (
    "date", "channel_id", "video_id", "claimed_status", "uploader_type", "country_code", "estimated_partner_revenue",
    "estimated_partner_ad_revenue", "estimated_partner_ad_auction_revenue", "estimated_partner_ad_reserved_revenue",
    "estimated_youtube_ad_revenue", "estimated_monetized_playbacks", "estimated_playback_based_cpm", "ad_impressions",
    "estimated_cpm", "estimated_partner_red_revenue", "estimated_partner_transaction_revenue",
)  # fmt: skip
TEMPLATE_COLUMNS: Final = (
    "platform", "channel_id", "date", "amount", "currency", "adjustment_type", "country_code", "video_id",
    "video_title",
)  # fmt: skip

_TOTALS = ["total", "totals", "sum", "合计", "总计", "总数"]
_NOTHING = ["", "n/a", "-", "--", "—"]
_YOUTUBE = {
    "channel": ["channel_id"],
    "date": ["date"],
    "country": ["country_code"],
    "video": ["video_id"],
}


def _mapping(columns: dict[str, list[str]], **changes: Any) -> dict[str, Any]:
    plain = {"unused": [], "totals": _TOTALS, "control": NO_CONTROL, "numbers": "1234.56", "dates": ["YYYYMMDD"],
             "lifetime": [], "blanks": [], "sign": 1}  # fmt: skip
    return {"columns": columns, **plain, **changes}


def _others(columns: tuple[str, ...], used: dict[str, list[str]]) -> list[str]:
    taken = {name for names in used.values() for name in names}
    return [name for name in columns if name not in taken]


_RAW = {**_YOUTUBE, "amount": ["partner_revenue"], "adjustment": ["adjustment_type"], "title": ["video_title"]}
_ESTIMATED = {**_YOUTUBE, "amount": ["estimated_partner_revenue"]}

# slug → (name, mapping)
MAPPINGS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "youtube-ad-revenue-raw-a1": (
        "YouTube: content_owner_ad_revenue_raw_a1",
        _mapping(_RAW, unused=_others(YOUTUBE_COLUMNS, _RAW)),
    ),
    "youtube-estimated-revenue-a1": (
        "YouTube: content_owner_estimated_revenue_a1",
        _mapping(_ESTIMATED, unused=_others(ESTIMATED_COLUMNS, _ESTIMATED)),
    ),
    "youtube-studio": (
        "YouTube Studio: Table data.csv",
        _mapping(
            {
                "amount": [
                    "Your estimated revenue ({currency})", "Estimated revenue ({currency})",
                    "您的估算收入 ({currency})", "估算收入 ({currency})",
                ],
                "video": ["Content", "内容"],
                "title": ["Video title", "视频标题"],
            },
            unused=[
                "Video publish time", "Duration", "Views", "Watch time (hours)", "Subscribers", "Impressions",
                "Impressions click-through rate (%)", "视频发布时间", "时长", "观看次数", "观看时长（小时）",
                "订阅人数",
                "展示次数", "展示次数点击率 (%)",
            ],
            control=TOTAL_ROW, blanks=_NOTHING,
        ),
    ),
    "adsense": (
        "AdSense",
        _mapping(
            {
                "amount": ["Estimated earnings ({currency})", "估算收入 ({currency})"],
                "date": ["Date", "日期"],
            },
            unused=[
                "Page views", "Page RPM ({currency})", "Impressions", "Impression RPM ({currency})",
                "Active View Viewable", "Clicks", "Page CTR", "CTR", "CPC ({currency})", "网页浏览量",
                "网页 RPM ({currency})", "展示次数", "每千次展示收入 ({currency})", "Active View 可见率", "点击次数",
                "点击率", "CPC ({currency})",
            ],
            dates=["YYYY-MM-DD", "YYYY/MM/DD", "YYYY年MM月DD日"], numbers="1,234.56", blanks=_NOTHING,
        ),
    ),
    "meta": (
        "Meta: content and earnings",
        _mapping(
            {
                "channel": ["Page ID", "公共主页编号"],
                "amount": ["Estimated earnings ({currency})", "预估收入 ({currency})"],
                "date": ["Date", "日期"],
                "video": ["Post ID", "帖子编号"],
                "title": ["Title", "标题"],
            },
            unused=[
                "Page name", "Description", "Duration (sec)", "Publish time", "Permalink", "Post type", "Views",
                "Approximate content monetization earnings", "公共主页名称", "说明", "时长（秒）", "发布时间",
                "永久链接", "帖子类型", "浏览量",
            ],
            dates=["YYYY-MM-DD", "MM/DD/YYYY"], numbers="1,234.56", blanks=_NOTHING, lifetime=["lifetime", "累计"],
        ),
    ),
    "hearthlight-table": (
        "Hearthlight's own table",
        _mapping(
            {
                "platform": ["platform", "平台"],
                "channel": ["channel_id", "频道编号"],
                "date": ["date", "日期"],
                "amount": ["amount", "金额"],
                "currency": ["currency", "货币"],
                "adjustment": ["adjustment_type", "调整类型"],
                "country": ["country_code", "国家代码"],
                "video": ["video_id", "视频编号"],
                "title": ["video_title", "视频标题"],
            },
            dates=["YYYY-MM-DD", "YYYYMMDD", "YYYY-MM"],
        ),
    ),
}  # fmt: skip

# slug → (name, platform, currency, is final, mapping)
SOURCES: Final[dict[str, tuple[str, str, str, bool, str]]] = {
    "youtube-ad-revenue": ("YouTube", "youtube", "USD", True, "youtube-ad-revenue-raw-a1"),
    "youtube-estimated": ("YouTube, estimated", "youtube", "USD", False, "youtube-estimated-revenue-a1"),
    "youtube-studio": ("YouTube Studio", "youtube", "", False, "youtube-studio"),
    "adsense": ("AdSense", "own_site", "", False, "adsense"),
    "meta": ("Facebook", "facebook", "", True, "meta"),
    "template": ("Hearthlight table", "", "", True, "hearthlight-table"),
}
