-- Logins and database, as docs/postgres.md tells an administrator to make them. The passwords are files.
\set init `cat /run/pulse/secrets/init`
\set web `cat /run/pulse/secrets/web`
\set dcu `cat /run/pulse/secrets/dcu`
\set permissions `cat /run/pulse/secrets/permissions`
\set tenant `cat /run/pulse/secrets/init-tenant`
CREATE ROLE pulse LOGIN CREATEROLE PASSWORD :'init';
CREATE ROLE "pulse-web" LOGIN PASSWORD :'web';
CREATE ROLE "pulse-dcu" LOGIN PASSWORD :'dcu';
CREATE ROLE "pulse-permissions" LOGIN PASSWORD :'permissions';
CREATE ROLE "pulse-init-tenant" LOGIN PASSWORD :'tenant';
CREATE DATABASE pulse OWNER pulse ENCODING 'UTF8' TEMPLATE template0;
