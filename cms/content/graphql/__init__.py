"""Hold root fields about any page or thing; `cms.content.schema` adds them to the public schema."""
