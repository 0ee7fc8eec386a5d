#!/bin/sh
# Run once by the image of PostgreSQL, as its superuser, on an empty volume. It makes the roles of docs/guides/running.md:
# `rollcall` owns the database, `rollcall_requests` can become the role of the service and nothing more.
set -eu
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres \
  --set=owner_password="$(cat "${OWNER_PASSWORD_FILE:?}")" \
  --set=service_password="$(cat "${SERVICE_PASSWORD_FILE:?}")" <<'SQL'
CREATE ROLE rollcall LOGIN PASSWORD :'owner_password';
CREATE ROLE rollcall_requests LOGIN PASSWORD :'service_password';
CREATE ROLE rollcall_service NOLOGIN;
CREATE ROLE rollcall_reader NOLOGIN;
CREATE ROLE rollcall_journal NOLOGIN;
CREATE ROLE rollcall_platform NOLOGIN;
GRANT rollcall_service, rollcall_reader, rollcall_journal, rollcall_platform TO rollcall WITH INHERIT FALSE, SET TRUE;
GRANT rollcall_service TO rollcall_requests WITH INHERIT FALSE, SET TRUE;
CREATE DATABASE rollcall OWNER rollcall ENCODING 'UTF8' TEMPLATE template0;
SQL
