"""The JSON API: the same objects, rights and actions as the pages. `endpoints` puts it together."""
