from cms.review import checkup_hooks, review_hooks, watch_hooks  # noqa: F401
