from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

# Ten characters, 国办发〔2017〕47号附件.
SITE_CODE = r"^(bm[0-9]{8}|[0-9]{10}|[A-Z][0-9]{9})\Z"


@register_setting(icon="site")
class SiteIdentity(BaseSiteSetting, ClusterableModel):
    """Who runs the site. Nothing here has a default that could pass for a real number."""

    class Mode(models.TextChoices):
        UNSET = "unset", "尚未确定"
        GOVERNMENT_COLUMN = "government_column", "政府网站专栏"
        DEPARTMENT = "department", "部门网站"
        MEDIA = "media", "媒体站点"

    name = models.CharField("网站名称", max_length=60, default="长春产业门户")
    short_name = models.CharField("简称", max_length=20, default="长春产业")
    tagline = models.CharField("一句话介绍", max_length=120, blank=True)
    mode = models.CharField("网站性质", max_length=20, choices=Mode, default=Mode.UNSET)
    site_code = models.CharField(
        "网站标识码",
        max_length=10,
        blank=True,
        validators=[
            RegexValidator(SITE_CODE, "网站标识码是10位：10位数字、bm加8位数字，或1个大写字母加9位数字。")
        ],
    )
    organiser = models.CharField("主办单位", max_length=80, blank=True)
    contact = models.CharField("联系方式", max_length=120, blank=True)
    icp_number = models.CharField("ICP备案号", max_length=40, blank=True)
    police_number = models.CharField("公安备案号", max_length=40, blank=True)
    report_url = models.URLField("“我为政府网站找错”地址", blank=True)

    footer_text = models.CharField(
        "页脚说明", max_length=300, blank=True, help_text="显示在页脚，例：内容更正的办法、版权说明。"
    )

    security_contact = models.CharField(
        "安全漏洞联系方式",
        max_length=200,
        blank=True,
        validators=[RegexValidator(r"^(mailto:|https://|tel:)\S+\Z", "以mailto:、https://或tel:开头。")],
        help_text="写入/.well-known/security.txt，例：mailto:security@example.org。",
    )

    content_fields = (
        "name",
        "short_name",
        "tagline",
        "mode",
        "site_code",
        "organiser",
        "contact",
        "icp_number",
        "police_number",
        "report_url",
        "footer_text",
        "security_contact",
    )
    panels = [
        MultiFieldPanel(
            [FieldPanel(name) for name in ("name", "short_name", "tagline", "mode", "site_code")],
            "网站",
        ),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in (
                    "organiser",
                    "contact",
                    "icp_number",
                    "police_number",
                    "report_url",
                    "security_contact",
                )
            ],
            "页脚（填写后才显示）",
        ),
    ]

    class Meta:
        verbose_name = "网站身份"
        verbose_name_plural = "网站身份"

    def clean(self) -> None:
        super().clean()
        if self.mode in {self.Mode.GOVERNMENT_COLUMN, self.Mode.DEPARTMENT} and not self.organiser:
            raise ValidationError({"organiser": "政府网站必须填写主办单位。"})
