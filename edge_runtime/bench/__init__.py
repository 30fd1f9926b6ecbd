"""How fast, how late and how large the effect is on this machine."""
