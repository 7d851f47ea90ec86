"""From files to a plan: documents are cleaned, judged, brought to canonical form and placed. Pure: bytes in, values out."""
