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
