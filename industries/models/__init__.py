from industries.models.distribution import DistributionPage
from industries.models.enterprise import EnterpriseIndexPage, EnterprisePage, EnterpriseSector
from industries.models.fact import Observation, ObservationCorrection, Statement, StatementSubject
from industries.models.factimport import FactImport
from industries.models.indicator import IndicatorIndexPage, IndicatorPage
from industries.models.news import NewsCorrection, NewsIndexPage, NewsPage, NewsSubject
from industries.models.place import PlaceIndexPage, PlacePage
from industries.models.policy import PolicyIndexPage, PolicyMeasure, PolicyPage
from industries.models.project import (
    ProjectEnterprise,
    ProjectIndexPage,
    ProjectPage,
    ProjectStage,
)
from industries.models.sector import ChainSegment, SectorFigure, SectorIndexPage, SectorPage
from industries.models.source import Source
from industries.models.tier import Tier
from industries.models.timeline import TimelinePage
from industries.models.vocabulary import Status

__all__ = [
    "ChainSegment",
    "DistributionPage",
    "EnterpriseIndexPage",
    "EnterprisePage",
    "EnterpriseSector",
    "FactImport",
    "IndicatorIndexPage",
    "IndicatorPage",
    "NewsCorrection",
    "NewsIndexPage",
    "NewsPage",
    "NewsSubject",
    "Observation",
    "ObservationCorrection",
    "PlaceIndexPage",
    "PlacePage",
    "PolicyIndexPage",
    "PolicyMeasure",
    "PolicyPage",
    "ProjectEnterprise",
    "ProjectIndexPage",
    "ProjectPage",
    "ProjectStage",
    "SectorFigure",
    "SectorIndexPage",
    "SectorPage",
    "Source",
    "Statement",
    "StatementSubject",
    "Status",
    "Tier",
    "TimelinePage",
]
