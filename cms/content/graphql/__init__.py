"""Hold computed fields of pages and things; `cms.content.schema` adds them to the public schema."""
