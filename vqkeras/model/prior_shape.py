"""What the weights of a prior depend on, of how it was trained."""

SHAPE = ("units", "dilations", "attention_heads", "attention_reach")
# Unless told, and of priors trained before there was attention: convolutions alone.
ATTENTION_HEADS, ATTENTION_REACH = 0, 8
