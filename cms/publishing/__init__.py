"""Keep the published plane: what the public may see, and nothing else."""
