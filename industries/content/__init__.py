"""The portal's content as readable files, and the code that reads and writes them.

One YAML file a page under `pages/`, named after its public address; registers of sources, tiers and
statements beside them; the observations of an indicator in its own file.
"""
