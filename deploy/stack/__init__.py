"""The whole platform on one machine, nothing installed: python -m deploy.stack."""
