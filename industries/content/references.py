"""Natural names for records: page addresses and fact keys instead of database ids."""

from __future__ import annotations

from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from wagtail.models import Site

from cms.core.models import BasePage, LoadedRecord, PortalImage
from industries.content.files import ContentError
from industries.content.images import image_key
from industries.models import Observation, Source, Statement, Tier


def home_page() -> BasePage | None:
    """The root page of the default site, once it is more than Wagtail's placeholder."""
    site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if site is None or type(site.root_page.specific) is BasePage:
        return None
    return site.root_page


class References:
    """Both directions between database ids and natural names; everything is fetched once.

    A page's name is its public address. Two uses differ from that:

    - `public_only`, for export: pages in private sections and facts about them have no name, so that nothing
      exported speaks of them.
    - `as_loaded`, for loading: a page that came from a file keeps the address it had there, wherever an
      editor has moved it since, so that files go on meaning the same page.

    `images_used` collects the images that were asked for by name.
    """

    def __init__(self, *, public_only: bool = False, as_loaded: bool = False) -> None:
        self.public_only = public_only
        self.as_loaded = as_loaded
        self.images_used: set[int] = set()

    @cached_property
    def rows(self) -> list[tuple[int, str, int]]:
        """Id, current address and content type of all pages from the home page down, drafts included."""
        home = home_page()
        if home is None:
            return []
        pages = BasePage.objects.descendant_of(home, inclusive=True)
        if self.public_only:
            pages = pages.public()
        start = len(home.url_path) - 1
        return [
            (pk, url_path[start:], type_id)
            for pk, url_path, type_id in pages.values_list("pk", "url_path", "content_type_id")
        ]

    @cached_property
    def loaded(self) -> dict[str, int | None]:
        """Ids of what was loaded, by record name (`page:/sectors/qiche/`)."""
        return dict(LoadedRecord.objects.values_list("name", "object_id"))

    @cached_property
    def pages(self) -> dict[int, str]:
        names = {pk: path for pk, path, _ in self.rows}
        if self.as_loaded:
            for name, pk in self.loaded.items():
                if name.startswith("page:") and pk in names:
                    names[pk] = name.removeprefix("page:")
        return names

    @cached_property
    def page_ids(self) -> dict[str, int]:
        current = {path: pk for pk, path, _ in self.rows}
        return {**current, **{path: pk for pk, path in self.pages.items()}}

    def add_page(self, path: str, page: BasePage) -> None:
        """Makes a page known that was just created, without fetching everything again."""
        self.rows.append((page.pk, path, page.content_type_id))
        self.pages[page.pk] = self.pages.get(page.pk, path)
        self.page_ids[path] = page.pk
        self.page_models[page.pk] = type(page)

    @cached_property
    def page_models(self) -> dict[int, type[Model] | None]:
        return {pk: ContentType.objects.get_for_id(type_id).model_class() for pk, _, type_id in self.rows}

    @cached_property
    def keys(self) -> dict[type[Model], dict[int, str]]:
        return {
            Source: dict(Source.objects.values_list("pk", "key")),
            Tier: dict(Tier.objects.values_list("pk", "key")),
            Observation: dict(self.observations().values_list("pk", "key")),
            Statement: dict(self.statements().values_list("pk", "key")),
            PortalImage: {image.pk: image_key(image) for image in PortalImage.objects.all()},
        }

    def observations(self) -> QuerySet[Observation]:
        """Observations that have a name here, in the order in which they were made."""
        found = Observation.objects.order_by("pk")
        if not self.public_only:
            return found
        hidden = BasePage.objects.private().order_by().values("pk")
        return found.exclude(subject__in=hidden).exclude(indicator__in=hidden)

    def statements(self) -> QuerySet[Statement]:
        found = Statement.objects.order_by("pk")
        if not self.public_only:
            return found
        hidden = BasePage.objects.private().order_by().values("pk")
        return found.exclude(subjects__page__in=hidden)

    @cached_property
    def key_ids(self) -> dict[type[Model], dict[str, int]]:
        return {model: {key: pk for pk, key in names.items()} for model, names in self.keys.items()}

    def forget(self) -> None:
        """Records were added: fetch afresh."""
        for name in ("rows", "pages", "page_ids", "page_models", "keys", "key_ids", "loaded"):
            self.__dict__.pop(name, None)

    def name(self, model: type[Model], pk: int | None) -> str | None:
        """Natural name of a record; None for none, and for one that is gone or has no name here."""
        if pk is None:
            return None
        if model is PortalImage:
            self.images_used.add(int(pk))
        names = self.pages if issubclass(model, BasePage) else self.keys[model]
        return names.get(int(pk))

    def id(self, model: type[Model], name: object) -> int | None:
        """Id of the record that bears `name`; None for one that was loaded once and is deleted now.

        Raises ContentError for a name that nothing bears, and for a page of another type than `model`.
        """
        label = model._meta.verbose_name
        if not isinstance(name, str):
            raise ContentError(f"{label}应写地址或标识，写的是“{name}”。")
        is_page = issubclass(model, BasePage)
        pk = (self.page_ids if is_page else self.key_ids[model]).get(name)
        if pk is None:
            kind = "page" if is_page else model._meta.model_name
            if f"{kind}:{name}" in self.loaded:
                return None
            raise ContentError(f"找不到{label}“{name}”。")
        if is_page and not issubclass(self.page_models[pk] or BasePage, model):
            raise ContentError(f"“{name}”不是{label}。")
        return pk
