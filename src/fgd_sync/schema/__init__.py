"""The shape of every kind: our JSON Schemas, a check of a document against them, and schemas imported from CRDs."""
