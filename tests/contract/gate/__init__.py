"""The contract with frontends: what the check refuses, lets through and writes."""
