from django.core.exceptions import ValidationError
from django.db import models
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.models import Image as WagtailImage


class PortalImage(AbstractImage):
    """A picture with what the law and a blind reader need to know of it.

    Wagtail's own model gives the focal point and `description`, the alternative text.
    """

    credit = models.CharField(
        "作者或提供者", max_length=120, blank=True, help_text="随图片显示，例：长春市××局供图。"
    )
    licence = models.CharField(
        "授权", max_length=120, blank=True, help_text="凭什么可以使用，例：自摄、授权书编号、CC BY 4.0。"
    )
    is_decorative = models.BooleanField(
        "装饰图", default=False, help_text="图片不含信息，读屏软件会跳过它。不勾选时必须填写替代文字。"
    )

    admin_form_fields = (
        *WagtailImage.admin_form_fields,
        "credit",
        "licence",
        "is_decorative",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = "图片"
        verbose_name_plural = "图片"

    @property
    def default_alt_text(self) -> str:
        return "" if self.is_decorative else self.description

    def clean(self) -> None:
        super().clean()
        if not self.is_decorative and not self.description:
            raise ValidationError(
                {"description": "请写替代文字：图片说了什么。不含信息的图片请勾选“装饰图”。"}
            )


class Rendition(AbstractRendition):
    image = models.ForeignKey(
        PortalImage, on_delete=models.CASCADE, related_name="renditions", verbose_name="图片"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("image", "filter_spec", "focal_point_key"), name="unique_rendition"
            )
        ]
