"""The static pages: values in, texts of files out."""
