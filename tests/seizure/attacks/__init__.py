"""The attacks of the seizure test, one a file. Each returns what it found, as sentences."""
