"""What a calibration found, as data: items, blocks, raters, and the map that says what loads on what."""
