"""What the fabric's controllers demand of resources beyond their shape, one decorated function for each rule."""
