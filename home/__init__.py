"""The cluster: its profile, standard pages, menus and settings."""
