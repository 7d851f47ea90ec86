"""Text to values and back: YAML and JSON as the Kubernetes API server reads them, comments and positions kept."""
