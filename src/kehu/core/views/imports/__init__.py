"""Importing a file in the browser: upload, what was recognised, columns to fields, preview, the run itself."""
