"""Where SQL comes from: files on disk, cut and understood."""
