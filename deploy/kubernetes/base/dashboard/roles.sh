#!/bin/sh
# Runs once, when the database is created. Creates a role that indexes and owns the tables, and one that may only read them.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set index="$INDEX_PASSWORD" --set serve="$SERVE_PASSWORD" <<'SQL'
CREATE ROLE gittensor_index LOGIN PASSWORD :'index';
CREATE ROLE gittensor_serve LOGIN PASSWORD :'serve';
CREATE DATABASE gittensor OWNER gittensor_index;
\c gittensor
ALTER DEFAULT PRIVILEGES FOR ROLE gittensor_index IN SCHEMA public GRANT SELECT ON TABLES TO gittensor_serve;
SQL
