"""What a fit leaves over, and what its probabilities are worth."""
