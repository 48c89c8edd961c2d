-- A role that may read what is published and nothing else. Run it as the owner of the database,
-- after the migrations, with a password of your own:
--   psql cms -v ON_ERROR_STOP=1 -v password=... -f deploy/postgres/delivery-role.sql
-- then set DELIVERY_DATABASE_URL to it. A second run changes the password and mends the rights.
DO $$
BEGIN
    CREATE ROLE cms_delivery;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
ALTER ROLE cms_delivery LOGIN PASSWORD :'password'
    NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT;
ALTER ROLE cms_delivery SET default_transaction_read_only = on;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM cms_delivery;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM cms_delivery;
REVOKE CREATE ON SCHEMA public FROM cms_delivery;
GRANT USAGE ON SCHEMA public TO cms_delivery;
-- What is published, how it is filtered, and the clock. Not publishing_projection: it keeps the
-- documents of things that are hidden now.
GRANT SELECT ON publishing_publisheditem, publishing_facet, publishing_streamfacet,
    publishing_contentclock TO cms_delivery;
