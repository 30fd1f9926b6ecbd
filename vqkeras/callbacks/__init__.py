"""What happens during training beside the training itself, one idea per file."""
