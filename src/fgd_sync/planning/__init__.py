"""From files to a plan: documents are cleaned, judged, brought to canonical form and placed; bytes in, values out."""
