from django.db import models


class LoadedRecord(models.Model):
    """What `load_content` last wrote, so that it can tell an editor's change from its own.

    `digest` is that of the record as `export_content` would have written it right after loading. While
    the record still exports to the same digest, nobody has touched it, and a newer file may replace it.
    """

    name = models.CharField(max_length=500, unique=True)
    object_id = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = "已载入内容"
        verbose_name_plural = "已载入内容"

    def __str__(self) -> str:
        return self.name
