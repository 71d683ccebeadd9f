from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import PreviewableMixin

# Ten characters, 国办发〔2017〕47号附件.
SITE_CODE = r"^(bm[0-9]{8}|[0-9]{10}|[A-Z][0-9]{9})\Z"


@register_setting(icon="site")
class SiteIdentity(PreviewableMixin, BaseSiteSetting, ClusterableModel):
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
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    MultiFieldPanel(
                        [FieldPanel("name"), FieldPanel("short_name"), FieldPanel("tagline")], "名称"
                    ),
                    MultiFieldPanel([FieldPanel("mode"), FieldPanel("site_code")], "性质"),
                ],
                heading="网站",
            ),
            ObjectList(
                [
                    InlinePanel(
                        "menu_items",
                        label="菜单项",
                        heading="菜单项",
                        help_text="主菜单或页脚一项也没有时，自动列出首页下面的栏目。没有公开的页面不显示。",
                    )
                ],
                heading="菜单",
            ),
            ObjectList(
                [
                    InlinePanel(
                        "notices",
                        label="公告",
                        heading="公告",
                        help_text="显示在每个页面顶部。不填时间就一直显示，直到删除。",
                    )
                ],
                heading="公告",
            ),
            ObjectList(
                [
                    MultiFieldPanel(
                        [FieldPanel("organiser"), FieldPanel("contact"), FieldPanel("footer_text")],
                        "主办与联系",
                    ),
                    MultiFieldPanel(
                        [FieldPanel(name) for name in ("icp_number", "police_number", "report_url")],
                        "备案与找错（填写后才显示）",
                    ),
                    FieldPanel("security_contact"),
                ],
                heading="页脚",
            ),
        ]
    )

    class Meta:
        verbose_name = "网站身份"
        verbose_name_plural = "网站身份"

    def clean(self) -> None:
        super().clean()
        if self.mode in {self.Mode.GOVERNMENT_COLUMN, self.Mode.DEPARTMENT} and not self.organiser:
            raise ValidationError({"organiser": "政府网站必须填写主办单位。"})

    def get_full_url(self) -> str | None:
        return self.site.root_page.get_full_url() if self.site_id else None

    full_url = property(get_full_url)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The site's home page inside the frame that is being edited; Wagtail puts `self` on the request."""
        setattr(request, self.get_cache_attr_name(), self)
        home = self.site.root_page.specific
        response: HttpResponse = home.serve_preview(request, home.default_preview_mode)
        return response
