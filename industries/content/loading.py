"""From files to the database, through the models' own validation, and never over an editor's work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from wagtail.models import Locale, Site, get_page_models

from cms.core.models import BasePage, LoadedRecord, SiteIdentity
from industries.content import files
from industries.content.files import ContentError, Data, Removed
from industries.content.images import load_images
from industries.content.records import apply, apply_plain, readable, snapshot
from industries.content.references import References
from industries.models import IndicatorPage, Observation, Source, Statement, Tier

Advance = Callable[[str], object]
FOLDER = "folder:"
CREATE, UPDATE, SAME, EDITED = "新增", "更新", "未变", "编辑已修改，保留"
GONE, CUT_OFF = "编辑已删除，不恢复", "所引用的内容已被编辑删除，没有载入"


def page_types() -> dict[str, Any]:
    """Page models by the name of their type in content files."""
    return {m.content_type_key: m for m in get_page_models() if getattr(m, "content_type_key", "")}


class Loader:
    """One run over one folder. `counts` says what became of each record."""

    def __init__(self, folder: Path, advance: Advance = lambda name: None) -> None:
        self.folder = folder
        self.folder_record = f"{FOLDER}{folder.resolve()}"
        self.advance = advance
        self.references = References(as_loaded=True)
        self.records = {record.name: record for record in LoadedRecord.objects.all()}
        self.counts: Counter[str] = Counter()
        self.kept: list[str] = []
        # Pages of the files whose parent an editor removed: they have nowhere to go.
        self.orphans: set[str] = set()

        self.sources = files.read_list(folder / "sources.yaml")
        self.tiers = files.read_list(folder / "tiers.yaml")
        self.statements = files.read_list(folder / "statements.yaml")
        self.pages = files.read_pages(folder)
        identity = folder / "identity.yaml"
        self.identity: Data = files.read(identity) if identity.exists() else {}
        if not isinstance(self.identity, dict):
            raise ContentError(f"{identity}：应为若干“名称: 内容”。")
        self.types = page_types()
        self.check_pages()

    def check_pages(self) -> None:
        """Raises ContentError for what can be seen in the page files before anything is written."""
        keys: set[str] = set()
        for path, data in self.pages.items():
            if data["type"] not in self.types:
                raise ContentError(f"{path}：没有“{data['type']}”这种页面。")
            if "observations" not in data:
                continue
            observations = data["observations"] = data["observations"] or []
            if self.types[data["type"]] is not IndicatorPage:
                raise ContentError(f"{path}：只有指标页才有 observations。")
            if not isinstance(observations, list) or not all(isinstance(o, dict) for o in observations):
                raise ContentError(f"{path}：observations 应为列表，每项是若干“名称: 内容”。")
            for observation in observations:
                key = observation.get("key")
                if not isinstance(key, str) or not key:
                    raise ContentError(f"{path}：每个数值都要有 key。")
                if key in keys:
                    raise ContentError(f"{path}：数值的 key“{key}”重复。")
                keys.add(key)

    def total(self) -> int:
        """Number of times that `advance` will be called."""
        observations = sum(len(data.get("observations", [])) for data in self.pages.values())
        registers = len(self.sources) + len(self.tiers) + len(self.statements)
        return registers + observations + 2 * len(self.pages)

    def unchanged_since_last_run(self) -> bool:
        record = self.records.get(self.folder_record)
        return record is not None and record.digest == files.folder_digest(self.folder)

    def replaced_by_other_content(self) -> bool:
        """Whether the portal was filled from another folder and never from this one."""
        folders = [name for name in self.records if name.startswith(FOLDER)]
        return bool(folders) and self.folder_record not in folders

    def run(self) -> None:
        """Loads everything. A run that was cut short is simply run again.

        Order: registers; all pages as drafts, so that anything can refer to any page; facts; then each
        page's own content, published page by page.
        """
        self.counts[CREATE] += load_images(self.folder)
        for model, items in ((Source, self.sources), (Tier, self.tiers)):
            for data in items:
                self.register(model, data)
        self.references.forget()
        drafts = self.draft_pages()
        self.references.forget()
        self.facts()
        self.references.forget()
        for path, data in self.pages.items():
            self.publish(path, data, drafts)
            self.advance(path)
        if self.identity:
            self.site_identity()
        self.remember(self.folder_record, None, digest=files.folder_digest(self.folder))

    # What to do with a record

    def decide(self, name: str, existing: Any, data: Data) -> str:
        record = self.records.get(name)
        if existing is None:
            return GONE if record else CREATE
        current = self.current(existing)
        if current == data:
            return SAME
        untouched = record is not None and files.digest(current) == record.digest
        return UPDATE if untouched else EDITED

    def current(self, existing: Any) -> Data:
        """As a file would have it; a live record with a draft in hand differs from every file."""
        data = snapshot(existing, self.references)
        if data.get("draft") or not getattr(existing, "has_unpublished_changes", False):
            return data
        return {**data, "draft": True}

    def note(self, name: str, decision: str) -> None:
        self.counts[decision] += 1
        if decision in {EDITED, GONE, CUT_OFF}:
            self.kept.append(f"{name}：{decision}")

    def remember(self, name: str, instance: Any, *, digest: str | None = None) -> None:
        if digest is None:
            digest = files.digest(self.current(instance))
        pk = instance.pk if instance else None
        record, _ = LoadedRecord.objects.update_or_create(
            name=name, defaults={"object_id": pk, "digest": digest}
        )
        self.records[name] = record

    # Registers and facts

    def register(self, model: Any, data: Data) -> None:
        name = f"{model._meta.model_name}:{data['key']}"
        self.upsert(name, model, model.objects.filter(key=data["key"]).first(), data)
        self.advance(name)

    def upsert(self, name: str, model: Any, existing: Any, data: Data, **given: Any) -> None:
        """Creates or updates a record that is no page, with one revision where the model keeps them."""
        decision = self.decide(name, existing, data)
        if decision in {CREATE, UPDATE}:
            instance = existing or model(**given)
            decision = self.write(name, instance, data, decision)
        elif decision == SAME and name not in self.records:
            self.remember(name, existing)
        self.note(name, decision)

    def write(self, name: str, instance: Any, data: Data, decision: str) -> str:
        """Fills, checks, saves and publishes one record, or leaves it alone; returns what became of it."""
        is_page = isinstance(instance, BasePage)
        try:
            with transaction.atomic():
                apply(instance, data, self.references, seed=name)
                instance.full_clean()
                if not is_page:
                    if data.get("draft"):
                        instance.live = False
                    instance.save()
                    if type(instance) in self.references.keys:
                        self.references.keys[type(instance)][instance.pk] = data["key"]
                if hasattr(instance, "save_revision"):
                    self.keep_revision(instance, data)
                self.remember(name, type(instance).objects.get(pk=instance.pk))
        except Removed:
            return CUT_OFF
        except (ContentError, ValidationError, ValueError, IntegrityError) as error:
            raise ContentError(f"{name.removeprefix('page:')}：{readable(error)}") from error
        return decision

    def keep_revision(self, instance: Any, data: Data) -> None:
        revision = instance.save_revision()
        if not data.get("draft"):
            revision.publish()

    def facts(self) -> None:
        observations = {o.key: o for o in Observation.objects.select_related("indicator")}
        for path, page in self.pages.items():
            for data in page.get("observations", []):
                name = f"observation:{data['key']}"
                indicator = IndicatorPage.objects.filter(pk=self.references.page_ids.get(path)).first()
                if indicator is not None:
                    existing = observations.get(data["key"])
                    self.upsert(name, Observation, existing, data, indicator=indicator)
                self.advance(name)
        statements = {s.key: s for s in Statement.objects.prefetch_related("subjects")}
        for data in self.statements:
            name = f"statement:{data['key']}"
            self.upsert(name, Statement, statements.get(data["key"]), data)
            self.advance(name)

    # Pages

    def draft_pages(self) -> set[str]:
        """Creates the pages that are missing, as drafts; returns their addresses."""
        created = set()
        for path, data in self.pages.items():
            name = f"page:{path}"
            if path not in self.references.page_ids and name not in self.records:
                with transaction.atomic():
                    if page := self.create_page(path, data):
                        self.remember(name, page)
                        created.add(path)
            self.advance(path)
        # A run that was cut short left drafts of its own making: they still have to be published.
        unfinished = BasePage.objects.filter(
            live=False, first_published_at__isnull=True, latest_revision__isnull=True
        )
        for pk in unfinished.values_list("pk", flat=True):
            path = self.references.pages.get(pk, "")
            if path in self.pages and f"page:{path}" in self.records:
                created.add(path)
        return created

    def create_page(self, path: str, data: Data) -> Any:
        model = self.types[data["type"]]
        page = model(slug=path.strip("/").split("/")[-1], live=False)
        parent_path = path.rstrip("/").rsplit("/", 1)[0] + "/"
        parent_id = self.references.page_ids.get(parent_path)
        if path != "/" and parent_id is None:
            if f"page:{parent_path}" not in self.records and parent_path not in self.orphans:
                raise ContentError(f"{path}：没有上级页面 {parent_path}。")
            self.orphans.add(path)
            return None
        try:
            apply_plain(page, data)
            if path == "/":
                return self.create_home(page)
            BasePage.objects.get(pk=parent_id).add_child(instance=page)
        except (ContentError, ValidationError, ValueError) as error:
            raise ContentError(f"{path}：{readable(error)}") from error
        if path != "/":
            self.references.add_page(path, page)
        return page

    def create_home(self, page: Any) -> Any:
        """Puts the home page in the place of Wagtail's welcome page."""
        root = BasePage.get_first_root_node()
        if root is None:
            root = BasePage.add_root(
                instance=BasePage(title="Root", slug="root", locale=Locale.get_default())
            )
        placeholder = root.get_children().filter(slug=page.slug or "home").first()
        page.slug = "home"
        if placeholder is not None and type(placeholder.specific) is BasePage:
            placeholder.slug = "welcome"
            placeholder.save()
        page.live = True
        root.add_child(instance=page)
        Site.objects.update_or_create(
            is_default_site=True,
            defaults={"root_page": page, "site_name": page.title},
            create_defaults={"hostname": "localhost", "root_page": page, "site_name": page.title},
        )
        if placeholder is not None and placeholder.slug == "welcome":
            placeholder.delete()
        self.references.forget()
        return page

    def publish(self, path: str, data: Data, drafts: set[str]) -> None:
        name = f"page:{path}"
        pk = self.references.page_ids.get(path)
        page: Any = specific_page(pk)
        content = {k: v for k, v in data.items() if k not in {"type", "order", "observations"}}
        if page is not None and page.content_type_key != data["type"]:
            raise ContentError(f"{path}：已有页面是 {page.content_type_key}，不能改成 {data['type']}。")
        decision = CREATE if path in drafts else self.decide(name, page, content)
        if path in self.orphans:
            decision = GONE
        if decision in {CREATE, UPDATE}:
            decision = self.write(name, page, data, decision)
        elif decision == SAME and name not in self.records:
            self.remember(name, page)
        self.note(name, decision)

    def site_identity(self) -> None:
        site = Site.objects.get(is_default_site=True)
        existing = SiteIdentity.objects.filter(site=site).first()
        self.upsert("identity", SiteIdentity, existing, self.identity, site=site)


def specific_page(pk: int | None) -> Any:
    page = BasePage.objects.filter(pk=pk).first() if pk else None
    return page.specific if page else None
