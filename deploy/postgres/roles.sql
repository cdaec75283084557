-- Run by psql as the database's administrator each time the stack starts: the platform owns its database and nothing
-- else, Grafana may only SELECT from schema published. Passwords come from the environment; changing one there and
-- starting again changes it here.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
\getenv platform_password DATABASE_PASSWORD
\getenv grafana_password GRAFANA_DATABASE_PASSWORD

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['vigie', 'vigie_reader', 'vigie_analyst', 'grafana']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

ALTER ROLE vigie LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'platform_password';
ALTER ROLE vigie_reader NOLOGIN;
ALTER ROLE vigie_analyst NOLOGIN;
ALTER ROLE grafana LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'grafana_password' CONNECTION LIMIT 10;
ALTER ROLE grafana SET default_transaction_read_only = on;
ALTER ROLE grafana SET statement_timeout = '30s';
GRANT vigie_reader TO grafana;

ALTER DATABASE vigie OWNER TO vigie;
REVOKE CREATE ON DATABASE vigie FROM PUBLIC;
