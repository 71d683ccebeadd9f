from cms.review.models.emergency import EmergencyPublication
from cms.review.models.link import ExternalLink, LinkUse
from cms.review.models.step import ReviewOpinion, ReviewStep, Stage
from cms.review.models.wordrule import WordRule

__all__ = [
    "EmergencyPublication",
    "ExternalLink",
    "LinkUse",
    "ReviewOpinion",
    "ReviewStep",
    "Stage",
    "WordRule",
]
