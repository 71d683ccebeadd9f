from cms.core.models.bin import BinnedRecord
from cms.core.models.changenote import ChangeKind, ChangeNote
from cms.core.models.chore import Chore
from cms.core.models.correction import Correction, CorrectionRequest
from cms.core.models.furniture import MenuItem, Notice
from cms.core.models.identity import SiteIdentity
from cms.core.models.image import PortalImage, Rendition
from cms.core.models.index import IndexPage
from cms.core.models.loaded import LoadedRecord
from cms.core.models.page import BasePage
from cms.core.models.previewlink import PreviewLink, PreviewVisit
from cms.core.models.tombstone import Tombstone
from cms.core.models.user import User

__all__ = [
    "BasePage",
    "BinnedRecord",
    "ChangeKind",
    "ChangeNote",
    "Chore",
    "Correction",
    "CorrectionRequest",
    "IndexPage",
    "LoadedRecord",
    "MenuItem",
    "Notice",
    "PortalImage",
    "PreviewLink",
    "PreviewVisit",
    "Rendition",
    "SiteIdentity",
    "Tombstone",
    "User",
]
