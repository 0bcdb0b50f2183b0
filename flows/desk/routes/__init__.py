"""The desk's pages, a module each subject: a request in, an answer out. No rule lives here."""
