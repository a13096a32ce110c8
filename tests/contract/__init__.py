"""What every declared object owes: its pages, its API, its rights. Naming an object once is enough to be tested."""
