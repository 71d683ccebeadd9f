from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "cms.review"
    label = "review"
    verbose_name = "审核"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy
        from wagtail.signals import task_submitted, workflow_approved

        from cms.core.drafts import draft_saved
        from cms.core.forms import submission_checks
        from cms.core.models import BasePage
        from cms.core.permissions import page_testers
        from cms.review import checkup, emergency, rules
        from cms.review.checks import links, pictures, style, tags, words  # noqa: F401 - they register themselves
        from cms.review.letters import review_arrives
        from cms.review.models import ReviewOpinion
        from cms.review.permissions import ReadablePagePolicy, ReviewedPageTester, let_readers_see_files

        page_testers.append(ReviewedPageTester)
        register_permission_policy(BasePage, ReadablePagePolicy(BasePage))
        let_readers_see_files()
        draft_saved.connect(rules.send_back)
        task_submitted.connect(review_arrives, sender=ReviewOpinion)
        workflow_approved.connect(emergency.settle)
        submission_checks.append(rules.submission_problems)
        checkup.start()
