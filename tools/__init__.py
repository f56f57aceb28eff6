"""What is made of the repository, not part of the program: the Space's folder, screenshots, the social card."""
