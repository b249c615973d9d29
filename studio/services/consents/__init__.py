"""Use cases of consent: draft, give, review, use, end, and the papers about them."""
