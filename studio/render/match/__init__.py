"""Voice match: the built-in voice nearest to a person, tuned towards them."""
