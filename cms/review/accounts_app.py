from wagtail.users.apps import WagtailUsersAppConfig


class PortalUsersConfig(WagtailUsersAppConfig):
    """Wagtail's accounts, with a person's real name in their form."""

    user_viewset = "cms.review.accounts.AccountViewSet"
