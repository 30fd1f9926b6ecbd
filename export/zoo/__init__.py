"""What each choice of the pretrained model brings, and what limits it."""
