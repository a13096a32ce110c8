"""House rules that a reader of one file cannot see. Each failure says what to do."""
