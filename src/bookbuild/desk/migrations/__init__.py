"""The database's forms, oldest first; `desk.database` brings a file to the latest when it opens."""
