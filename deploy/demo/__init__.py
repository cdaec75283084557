"""The main job, shown from nothing: real figures, then a simulated campaign, then a commissioner's mail."""
