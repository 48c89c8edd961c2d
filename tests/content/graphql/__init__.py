"""Root fields about any page or thing."""
