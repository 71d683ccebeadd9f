from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who works on the portal. Their real name stands on what they approve."""

    real_name = models.CharField(
        "姓名", max_length=40, blank=True, help_text="审核记录和责任编辑一栏显示的真实姓名。"
    )

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.real_name or self.username

    def get_full_name(self) -> str:
        return self.real_name or super().get_full_name()
