"""The demo company: a deterministic generator of the iXX case and the loader that feeds it to Kehu."""
