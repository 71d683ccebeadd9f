from django.apps import AppConfig


class IndustriesConfig(AppConfig):
    name = "industries"
    verbose_name = "产业"

    def ready(self) -> None:
        from cms.core import bin, corrections
        from cms.review import roles
        from cms.review.permissions import put_under_review
        from industries import checks, checkup, sitemap, structured  # noqa: F401 - they register what the portal core asks for
        from industries.correcting import fact_words
        from industries.exports import register
        from industries.models import Observation, Source, Statement, Tier
        from industries.recycling import observations_in_the_way

        put_under_review(Observation)
        put_under_review(Statement)
        roles.editors_keep.append(Source)
        roles.administrators_keep.append(Tier)
        register()
        checkup.register()
        corrections.fact_words.append(fact_words)
        bin.fact_models.extend([Observation, Statement])
        bin.purge_obstacles.append(observations_in_the_way)
