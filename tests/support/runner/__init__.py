"""A stand-in for the runner of GitHub Actions: checks out, starts a container action as the runner does, reads what it says."""
