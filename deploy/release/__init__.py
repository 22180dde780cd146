"""`make release`: archive, list of parts, sums and signature of one version."""
