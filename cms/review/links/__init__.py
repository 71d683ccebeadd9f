"""Addresses outside the portal: where pages lead to, and whether they still open."""
