"""One toy of each contract, a file each, registered from outside the packages: what a newcomer has to write."""
