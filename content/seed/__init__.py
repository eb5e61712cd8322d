"""A believable network, written fast and the same for the same seed: for trying the API, and for measuring.

`sizes.py` is how much of everything there is; `words.toml` what people are called and talk about;
`tables.py` writes rows in bulk; the others make them up.
"""
