"""What the test runs need before Django starts: a database, a folder for data, closed sockets."""
