from cms.core.models.correction import Correction, CorrectionRequest
from cms.core.models.identity import SiteIdentity
from cms.core.models.image import PortalImage, Rendition
from cms.core.models.index import IndexPage
from cms.core.models.loaded import LoadedRecord
from cms.core.models.page import BasePage
from cms.core.models.tombstone import Tombstone
from cms.core.models.user import User

__all__ = [
    "BasePage",
    "Correction",
    "CorrectionRequest",
    "IndexPage",
    "LoadedRecord",
    "PortalImage",
    "Rendition",
    "SiteIdentity",
    "Tombstone",
    "User",
]
