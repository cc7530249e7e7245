"""Official documents (公文): what a notice is, what it demands, and whether what it cites is still law."""
