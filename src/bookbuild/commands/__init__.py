"""The commands of store and desk: parse, call, and hand what came of it to the console."""
