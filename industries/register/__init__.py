"""The register in the admin: finding, overseeing and exchanging pages, facts and sources."""
