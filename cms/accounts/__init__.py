"""Guard accounts: count failed log-ins, bound what passwords cost, and send links for new ones."""
