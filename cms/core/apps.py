from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "cms.core"
    label = "core"
    verbose_name = "门户"

    def ready(self) -> None:
        """Wagtail's admin gives the base page model a form of its own when it starts: ours comes after."""
        from cms.core import changenotes, chores, previewlinks, schedule, sharecards, tombstones  # noqa: F401 - receivers
        from cms.core.choosing import keep_choices_of_pages
        from cms.core.explorer import order_titles_by_pinyin, search_for_quotation_marks
        from cms.core.forms import BasePageForm
        from cms.core.models import BasePage
        from cms.core.pageform import page_edit_handler

        BasePage.base_form_class = BasePageForm
        BasePage.get_edit_handler = page_edit_handler
        order_titles_by_pinyin()
        keep_choices_of_pages()
        search_for_quotation_marks()
        chores.register(schedule.SCHEDULED_PUBLICATION)
        chores.register(previewlinks.PRUNING)
