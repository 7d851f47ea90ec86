"""A stand-in for GitHub: git over HTTP with tokens, and the API, over the same bare repositories."""
