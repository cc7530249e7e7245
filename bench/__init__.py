"""How fast docgen is, as ratios against well-known packages measured in the same run: ``python -m bench.check``."""
