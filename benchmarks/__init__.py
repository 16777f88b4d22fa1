"""Side by side with peers: one command, interleaved, ratios. Run `make bench`, or `python -m benchmarks beale`."""
