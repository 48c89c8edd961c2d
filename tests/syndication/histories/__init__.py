"""Let mirrors follow whatever editors do, and compare them with a crawl."""
