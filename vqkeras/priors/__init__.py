"""Learned priors: networks that tell hidden codes from visible ones."""
