"""Hold the commands of syndication."""
