"""Pure renderers: a report in, text out; what comes from files is escaped for where the text goes."""
