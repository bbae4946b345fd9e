//! Log format, metric registry, probes.
