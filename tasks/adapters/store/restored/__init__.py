"""What the database keeps of a restoration, and of letters in doubt; no judgement of them."""
