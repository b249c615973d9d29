"""From written to spoken words, and back to words that can be compared."""
