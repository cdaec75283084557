"""PURE: one file per kind of rule. Each returns Breach, Clear or Unknown with a named reason and its inputs."""
