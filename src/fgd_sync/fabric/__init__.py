"""What a fabric is made of: addresses, ports, the webhook's defaults, and the index of all resources."""
