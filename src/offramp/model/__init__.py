"""The simulation: people of a place, week by week, under one scenario after another."""
