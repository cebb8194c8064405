"""Django's SQLite, where writers wait in a row instead of asking again and again."""
