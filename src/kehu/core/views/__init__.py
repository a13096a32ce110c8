"""The pages that every declared object gets: one small file per kind of page."""
