"""Early warning: more overdoses or deaths than usual, in weeks and areas, for health partners."""
