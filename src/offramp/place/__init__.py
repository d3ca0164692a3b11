"""A jurisdiction: its people, law, services, agency, practice today, data, and who was heard."""
