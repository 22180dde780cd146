"""What only a real server gets: slow connections, odd headers, large bodies, floods."""
