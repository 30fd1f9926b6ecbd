"""The zoo: models side by side, what each choice brings, and those that ship.

`python -m export.zoo` (`make_zoo`) writes the page of all models and of the study;
`python -m export.zoo.pretrained` (`make_pretrained`) makes those of notes that ship.
Nothing is imported here: help and wrong arguments answer before TensorFlow is loaded.
"""
