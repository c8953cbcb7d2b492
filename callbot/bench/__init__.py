"""The benchmarks behind `callbot bench`."""
