"""The site in containers: images, compose file, and what runs in the program's own."""
