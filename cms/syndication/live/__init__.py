"""Live updates: tell whoever listens which things and lists have changed, without their content."""
