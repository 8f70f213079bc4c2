"""Orders: what was ordered, paid, printed and sent; knows editions, and never the pipeline."""
