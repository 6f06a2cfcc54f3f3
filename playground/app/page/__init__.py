"""The page that tracks in the visitor's own browser: which files it consists of, and the server that hands them out."""
