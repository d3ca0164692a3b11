"""The briefing: what to say about a place's results, in which order."""
