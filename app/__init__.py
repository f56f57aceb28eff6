"""The page: one tab a file, components of its own, everything else through the engine's public API."""
