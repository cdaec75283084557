"""What alerting keeps: one file per table family, its queries in the .sql of the same name."""
