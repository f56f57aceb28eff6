"""Development tools, not part of the program: the Space's folder, screenshots, the social card."""
