"""The closed lists of words by which facts are described."""

from django.db import models


class Status(models.TextChoices):
    """Who vouches for a fact, or why nobody does yet."""

    OFFICIAL = "official", "官方"
    MEDIA = "media", "媒体"
    ENTERPRISE = "enterprise", "企业"
    PENDING = "pending", "待核"
    DISPUTED = "disputed", "存疑"


STATUS_MEANINGS = {
    Status.OFFICIAL: "出自政府或政府部门公开的文件、数据。",
    Status.MEDIA: "出自新闻报道，本站尚未见到更直接的出处。",
    Status.ENTERPRISE: "出自企业自己的公告或资料。",
    Status.PENDING: "有疑点，需要进一步查证。",
    Status.DISPUTED: "不同的公开资料说法不一，本站列出分歧，不作裁断。",
}


PRECISIONS = {"year": "年", "half": "半年", "quarter": "季度", "month": "月", "day": "日"}


class Hedge(models.TextChoices):
    """The word that keeps a figure from being exact, as the source prints it."""

    OVER = "超", "超"
    ABOUT = "约", "约"
    NEAR = "近", "近"
    EXCEEDING = "逾", "逾"
    ODD = "余", "余"
    MORE = "多", "多"
    AT_LEAST = "以上", "以上"
    ORDER = "级", "级"


BEFORE_NUMBER = {Hedge.OVER, Hedge.ABOUT, Hedge.NEAR, Hedge.EXCEEDING}
AFTER_NUMBER = {Hedge.ODD, Hedge.MORE}


class StatementKind(models.TextChoices):
    FIRST = "first", "首创"
    RANKING = "ranking", "排名"
    POLICY = "policy", "政策"
    MEETING = "meeting", "会议"
    CONSTRUCTION = "construction", "建设"
    PRODUCTION = "production", "投产量产"
    PRODUCT = "product", "产品与技术"
    CERTIFICATION = "certification", "认证荣誉"
    EXPORT = "export", "出口开放"
    COOPERATION = "cooperation", "合作签约"
    EXHIBITION = "exhibition", "展会"
    LIVELIHOOD = "livelihood", "民生"
    LAYOUT = "layout", "产业布局"
    REFORM = "reform", "改革"
    OUTLOOK = "outlook", "展望"
