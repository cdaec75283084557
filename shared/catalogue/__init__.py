"""The reference data that people edit: files to catalogue, catalogue to PostgreSQL and back."""
