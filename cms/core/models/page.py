"""The base of every page, and the one place that decides what the public may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import AbstractPage, DefaultBasePageMixin, PageManager, PageViewRestriction
from wagtail.models.pages import AbstractPageMeta
from wagtail.query import PageQuerySet
from wagtail.search import index

from cms.core.binrule import PagesOutsideBin, is_binned
from cms.core.drafts import OpensDespiteDeletions
from cms.core.models.changenote import ChangeKind, ChangeNote
from cms.core.permissions import page_tester
from cms.core.visibility import in_private_section, private_paths
from cms.core.words import pinyin_slug, sort_key

if TYPE_CHECKING:
    from cms.core.metadata import Metadata


# Levels below the home page; no address of ours has nearly as many.
DEEPEST = 12


class BasePageQuerySet(PageQuerySet):
    def visible(self) -> BasePageQuerySet:
        """Pages that any reader may see: published, not past their expiry, not private.

        Every listing, search, feed, sitemap, related block and API starts here.
        """
        return self.live().filter(not_expired()).exclude(in_private_section())


def major_changes(page: BasePage) -> Any:
    """The notes on major changes that readers see, the newest first; asks the database when it is read.

    A page that was published but once has none.
    """
    if page.pk is None or page.first_published_at == page.last_published_at:
        return ChangeNote.objects.none()
    return ChangeNote.objects.filter(page=page.pk, kind=ChangeKind.MAJOR).exclude(text="")


def not_expired() -> Q:
    """Wagtail unpublishes expired pages by a scheduled command; readers must not see the gap."""
    return Q(expire_at__isnull=True) | Q(expire_at__gt=timezone.now())


class PortalPageManager(PagesOutsideBin, PageManager):
    """Pages without those in the recycle bin; give it a type's own queryset by `from_queryset`."""


VisiblePageManager = PortalPageManager.from_queryset(BasePageQuerySet)


class BasePage(OpensDespiteDeletions, AbstractPage, DefaultBasePageMixin):
    """What all pages share. A concrete table: mixed lists need no second query per type."""

    objects: ClassVar[Any] = VisiblePageManager()
    if TYPE_CHECKING:
        slug: str

    summary = models.CharField(
        "摘要",
        max_length=300,
        blank=True,
        help_text="一两句话说明本页讲什么，用于列表、搜索结果和分享卡片，40—90字为宜。",
    )
    cover = models.ForeignKey(
        "core.PortalImage",
        verbose_name="封面图",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="没有封面图时，页面使用由程序生成的线条图。",
    )

    keywords = models.CharField(
        "关键词", max_length=160, blank=True, help_text="用半角逗号隔开；留空时由标题、别名和产业组成。"
    )
    # About the change that the next publication brings; kept as a `ChangeNote` then, and emptied.
    change_kind = models.CharField("改动", max_length=8, choices=ChangeKind, default=ChangeKind.MINOR)
    change_note = models.CharField(
        "改动说明", max_length=200, blank=True, help_text="这次改了什么、为什么。大改时必填，读者会看到。"
    )
    archived_on = models.DateField(
        "归档日期", null=True, blank=True, help_text="专题结束后填写：页面标明“已归档”，不再更新。"
    )
    # Pinyin of the title: the order of names in Chinese. Kept on the row so that a database can sort by it.
    sort_key = models.CharField(max_length=255, editable=False, default="", db_index=True)
    # Name in the media storage of the picture 1200×630 that other sites show beside a link.
    share_card = models.CharField(max_length=200, editable=False, default="")

    # Name of this type in content files, and names of the fields they carry (see industries.content).
    content_type_key: ClassVar[str] = ""
    content_fields: ClassVar[tuple[str, ...]] = ("title", "summary")
    # Whether its place among its siblings means something, and so belongs in content files.
    content_ordered: ClassVar[bool] = False
    # Open Graph's word for this kind of page.
    og_type: ClassVar[str] = "website"
    # What the tags for public institutions' sites take the page for: home, column or article.
    meta_role: ClassVar[str] = "article"
    # 栏目类别 (国办发〔2017〕47号) where the page is a column; pages below it take it over.
    column_type: ClassVar[str] = ""
    # A card belongs to one page: a copy gets its own.
    exclude_fields_in_copy = ["share_card", "first_published_at", "change_kind", "change_note"]
    # One of pine, amber, iris: the hue of the tier the page belongs to.
    hue: str = "pine"
    # From the home page down to the parent, where the address led here.
    ancestors_on_the_way: list[BasePage] | None = None

    search_fields = [
        *AbstractPage.search_fields,
        index.SearchField("summary"),
        index.FilterField("sort_key"),
    ]
    content_panels = [
        *AbstractPage.content_panels,
        FieldPanel("summary"),
    ]
    # What the page rests on and what it is connected with: a tab of its own.
    relation_panels: ClassVar[list[Any]] = []
    settings_panels = [
        *AbstractPage.settings_panels,
        MultiFieldPanel([FieldPanel("archived_on")], "归档"),
    ]
    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel("slug"),
                FieldPanel("seo_title"),
                FieldPanel("search_description"),
                FieldPanel("keywords"),
                FieldPanel("cover"),
            ],
            "地址与分享",
        ),
        MultiFieldPanel([FieldPanel("show_in_menus")], "菜单"),
    ]

    class Meta(AbstractPageMeta):
        verbose_name = "页面"
        verbose_name_plural = "页面"
        indexes = [models.Index(fields=["content_type", "-first_published_at"], name="page_by_type_date")]

    def permissions_for_user(self, user: Any) -> Any:
        return page_tester(user, self)

    def get_admin_display_title(self) -> str:
        title = str(super().get_admin_display_title())
        return f"{title}（在回收站）" if is_binned(self) else title

    @property
    def description(self) -> str:
        return self.search_description or self.summary

    @property
    def type_label(self) -> str:
        """What a reader calls this kind of page (产业, 项目 …)."""
        return str(self.cached_content_type.model_class()._meta.verbose_name)

    def _set_core_field_defaults(self) -> None:
        """Wagtail's slug from a Chinese title would be empty: spell the title out in pinyin first."""
        parent_is_known = bool(self.path or getattr(self, "_cached_parent_obj", None))
        if not self.slug and parent_is_known and (base := pinyin_slug(self.title)):
            self.slug = self._get_autogenerated_slug(base)
        super()._set_core_field_defaults()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """发布时间 is set when the page first becomes public, by whatever way, and never again."""
        if self.alias_of_id and self._state.adding:
            self.first_published_at = None  # an alias comes with the date of the page that it repeats
        if self.live and self.first_published_at is None:
            self.first_published_at = timezone.now()
        self.sort_key = sort_key(self.title)
        super().save(*args, **kwargs)

    @property
    def content_source(self) -> str:
        """Who published what the page restates; empty where it is the site's own."""
        return ""

    @property
    def responsible_editor(self) -> str:
        """责任编辑; empty where none is named."""
        return ""

    @property
    def column_kind(self) -> str:
        """`column_type` of the page's own type, also where the page was fetched as a plain one."""
        return str(getattr(self.cached_content_type.model_class(), "column_type", ""))

    def keyword_terms(self) -> list[str]:
        """What the keywords are made of where no editor gave any, the weightiest first."""
        others = getattr(self, "other_name_list", [])
        sectors = self.visible_sectors() if hasattr(self, "visible_sectors") else []
        return [self.title, *others, *(sector.title for sector in sectors)]

    def feed_path(self, path: str) -> str:
        """Address of the feed of what is on or below this page (at `path`); empty for none."""
        return ""

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """What belongs to the page is not taken from one of its revisions.

        A note on a change has done its work once a later revision than the one it was written upon is public:
        an old draft does not bring it back.
        """
        page = super().with_content_json(content)
        page.share_card = self.share_card
        page.first_published_at = self.first_published_at
        page.live_revision_id = self.live_revision_id
        if content.get("live_revision") != self.live_revision_id:
            page.change_kind, page.change_note = ChangeKind.MINOR, ""
        return page

    def structured_data(self, request: HttpRequest, context: Any = None) -> list[dict[str, Any]]:
        """The page in schema.org's words, from what its template context has already fetched."""
        from cms.core.structured import page_nodes

        return page_nodes(self, request, self.get_context(request) if context is None else context)

    def metadata(self, request: HttpRequest) -> Metadata:
        from cms.core.metadata import page_metadata

        return page_metadata(self, request)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.expire_at and self.expire_at <= timezone.now():
            raise Http404
        response: HttpResponse = super().serve(request, *args, **kwargs)
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["breadcrumb"] = self.ancestors_shown()
        context["metadata"] = self.metadata(request)
        context["change_notes"] = major_changes(self)
        return context

    def ancestors_shown(self) -> list[BasePage]:
        """`breadcrumb()`, looked up once in the life of this instance."""
        if not hasattr(self, "_ancestors_shown"):
            self._ancestors_shown = self.breadcrumb()
        return self._ancestors_shown

    def breadcrumb(self) -> list[BasePage]:
        """Visible ancestors below the root, the home page first."""
        if self.ancestors_on_the_way is None:
            self.ancestors_on_the_way = list(BasePage.objects.ancestor_of(self).order_by("depth"))
        return [page for page in self.ancestors_on_the_way if page.depth > 1 and page.is_visible()]

    def is_visible(self) -> bool:
        """What `visible()` says of this page, without a query but for the private sections."""
        expired = self.expire_at is not None and self.expire_at <= timezone.now()
        return self.live and not expired and not self.is_in_private_section()

    def is_in_private_section(self) -> bool:
        return any(self.path.startswith(path) for path in private_paths())

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Finds the page below in two queries: Wagtail goes down level by level, with two for each.

        Where a page on the way has a routing of its own, Wagtail's way is taken. Raises Http404.
        """
        if not path_components:
            if self.depth == 2 and self.ancestors_on_the_way is None:
                self.ancestors_on_the_way = []
            return super().route(request, path_components)
        if len(path_components) > DEEPEST:
            raise Http404
        addresses = [
            f"{self.url_path}{'/'.join(path_components[: end + 1])}/" for end in range(len(path_components))
        ]
        chain = list(
            BasePage.objects.filter(url_path__in=addresses, path__startswith=self.path).order_by("depth")
        )
        if any(page.specific_class.route is not BasePage.route for page in chain):
            return super().route(request, path_components)
        if len(chain) != len(path_components):
            raise Http404
        page = chain[-1].specific
        page.ancestors_on_the_way = [self, *chain[:-1]]
        return page.route(request, [])

    def get_view_restrictions(self) -> Any:
        """Most pages are in no private section, which one query for all of them tells."""
        way = self.ancestors_on_the_way
        if way is None or self.is_in_private_section() or any(page.alias_of_id for page in (self, *way)):
            return super().get_view_restrictions()
        return PageViewRestriction.objects.none()
