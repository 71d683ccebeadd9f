"""A read-only JSON API over what readers may see: one declaration serves the endpoints and their OpenAPI."""
