"""The read-only API of the portal: pages, facts, sources and tiers."""
