from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "cms.core"
    label = "core"
    verbose_name = "门户"

    def ready(self) -> None:
        """Wagtail's admin gives the base page model a form of its own when it starts: ours comes after."""
        from cms.core import changenotes, chores, previewlinks, schedule, sharecards, tombstones  # noqa: F401 - receivers
        from cms.core.explorer import order_titles_by_pinyin
        from cms.core.forms import BasePageForm
        from cms.core.models import BasePage
        from cms.core.pageform import page_edit_handler

        BasePage.base_form_class = BasePageForm
        BasePage.get_edit_handler = page_edit_handler
        order_titles_by_pinyin()
        chores.register(schedule.SCHEDULED_PUBLICATION)
        chores.register(previewlinks.PRUNING)
