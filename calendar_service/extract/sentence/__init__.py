"""Third and fourth stage in prose: cues of one sentence, line or row claim dates and amounts, and frames shape them."""
