"""A run: which fabrics, in which order, with what neighbours. Everything outside comes in through ports."""
