"""What core itself does: plain records, people."""
