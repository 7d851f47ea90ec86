"""The neighbours of a run as they really are: file system, git, clock, settings file."""
