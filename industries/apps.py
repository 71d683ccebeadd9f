from django.apps import AppConfig


class IndustriesConfig(AppConfig):
    name = "industries"
    verbose_name = "产业"

    def ready(self) -> None:
        from cms.core import corrections
        from industries import sitemap, structured  # noqa: F401 - they register what the portal core asks for
        from industries.correcting import fact_words
        from industries.exports import register

        register()
        corrections.fact_words.append(fact_words)
