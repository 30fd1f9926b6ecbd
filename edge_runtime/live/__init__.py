"""The effect in real time: blocks in, blocks out, at a constant delay."""
