"""What the RFCs say. Pure: bytes and values in, values and bytes out; no socket, file,
clock or setting."""
