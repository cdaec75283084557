"""Decides who missed what and who is silent, and tells the commissioner."""
