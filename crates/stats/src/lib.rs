//! From actions and statuses to statistic values: definitions, profiles, categories.
