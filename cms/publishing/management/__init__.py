"""Hold the commands of the published plane."""
