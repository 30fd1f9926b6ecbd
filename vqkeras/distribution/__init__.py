"""Training as one of several processes: who one is, what one sees, what one writes."""
