"""What the engine knows of each language, read from its TOML file, and the one pass that finds its phrases."""
