"""What people see: pages, read API, business metrics. Read only."""
