"""The Django project: settings, addresses and the rooms every site shares."""
