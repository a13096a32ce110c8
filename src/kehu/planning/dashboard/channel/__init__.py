"""One channel of a campaign as of a day: what it should have brought by then, what it brought, and why not more."""
