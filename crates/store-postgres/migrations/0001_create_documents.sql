-- Tenants, who may act for them, and their documents with earlier versions and an audit trail.

CREATE TABLE pulse.tenants (
    id     integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name   text    NOT NULL UNIQUE CHECK (name <> ''),
    -- The number of its newest change. Whoever changes a document takes the next one and holds this row until the
    -- commit: numbers become visible in their order, so a reader that has seen one has seen all below it.
    change bigint  NOT NULL DEFAULT 0
);

-- What the settings of `pulse init` say of logins; '*' stands for every tenant.
CREATE TABLE pulse.logins (
    login  text NOT NULL,
    role   text NOT NULL,
    tenant text NOT NULL,
    PRIMARY KEY (login, role, tenant)
);

-- Whether who is logged in may act for the tenant of that name.
CREATE FUNCTION pulse.allowed(wanted text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_has_role(session_user, 'pulse_init', 'MEMBER')
        OR EXISTS (SELECT 1 FROM pulse.logins WHERE login = session_user AND tenant IN (wanted, '*'))
$$;

-- The tenant for which this session speaks, if it may; else nothing, and then no row is seen or written.
CREATE FUNCTION pulse.tenant() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT id FROM pulse.tenants WHERE name = current_setting('pulse.tenant', true) AND pulse.allowed(name)
$$;

-- Makes the tenant known that this session speaks for.
CREATE FUNCTION pulse.enter() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wanted text := current_setting('pulse.tenant', true);
BEGIN
    IF NOT pulse.allowed(wanted) THEN
        RAISE insufficient_privilege USING MESSAGE = format('login %s may not act for tenant %s', session_user, wanted);
    END IF;
    INSERT INTO pulse.tenants (name) SELECT wanted
        WHERE NOT EXISTS (SELECT 1 FROM pulse.tenants WHERE name = wanted) ON CONFLICT DO NOTHING;
    RETURN pulse.tenant();
END
$$;

CREATE TABLE pulse.documents (
    tenant     integer NOT NULL DEFAULT pulse.tenant() REFERENCES pulse.tenants,
    kind       text COLLATE "C" NOT NULL,
    id         text COLLATE "C" NOT NULL,
    -- The number of the change that made it so.
    revision   bigint  NOT NULL DEFAULT 0,
    -- json, not jsonb: it comes back as it was stored.
    body       json    NOT NULL,
    changed_by text    NOT NULL,
    changed_at bigint  NOT NULL,
    PRIMARY KEY (tenant, kind, id)
);

CREATE TABLE pulse.versions (
    tenant     integer NOT NULL REFERENCES pulse.tenants,
    kind       text COLLATE "C" NOT NULL,
    id         text COLLATE "C" NOT NULL,
    revision   bigint  NOT NULL,
    body       json    NOT NULL,
    changed_by text    NOT NULL,
    changed_at bigint  NOT NULL,
    -- Who removed the document; empty where this version was replaced by a later one.
    removed_by text    NOT NULL DEFAULT '',
    removed_at bigint  NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, kind, id, revision)
);

CREATE TABLE pulse.audit (
    tenant     integer NOT NULL REFERENCES pulse.tenants,
    change     bigint  NOT NULL,
    kind       text COLLATE "C" NOT NULL,
    id         text COLLATE "C" NOT NULL,
    -- Revisions; 0: it was not there.
    before     bigint  NOT NULL,
    after      bigint  NOT NULL,
    changed_by text    NOT NULL,
    changed_at bigint  NOT NULL,
    -- Who was connected, and the server's time.
    login      text    NOT NULL DEFAULT session_user,
    stored_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, change)
);
CREATE INDEX audit_by_document ON pulse.audit (tenant, kind, id, change);
CREATE INDEX audit_of_sessions ON pulse.audit (tenant, stored_at) WHERE kind = 'session';

CREATE FUNCTION pulse.next_change(wanted integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE pulse.tenants SET change = change + 1 WHERE id = wanted RETURNING change
$$;

CREATE FUNCTION pulse.number_document() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.tenant, NEW.kind, NEW.id) IS DISTINCT FROM (OLD.tenant, OLD.kind, OLD.id) THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'a document keeps its tenant, kind and id';
    END IF;
    NEW.revision := pulse.next_change(NEW.tenant);
    RETURN NEW;
END
$$;

-- Keeps the earlier version, writes the audit trail, and tells who listens; on behalf of whoever changes a document,
-- who can write neither by hand.
CREATE FUNCTION pulse.note_document() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gone   boolean := TG_OP = 'DELETE';
    number bigint;
    author text;
    moment bigint;
BEGIN
    IF gone THEN
        number := pulse.next_change(OLD.tenant);
        author := coalesce(current_setting('pulse.by', true), '');
        moment := coalesce(nullif(current_setting('pulse.at', true), '')::bigint, 0);
        NEW := OLD;
    ELSE
        number := NEW.revision;
        author := NEW.changed_by;
        moment := NEW.changed_at;
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.kind <> 'session' THEN
        INSERT INTO pulse.versions
            VALUES (OLD.tenant, OLD.kind, OLD.id, OLD.revision, OLD.body, OLD.changed_by, OLD.changed_at,
                    CASE WHEN gone THEN author ELSE '' END, CASE WHEN gone THEN moment ELSE 0 END);
        DELETE FROM pulse.versions v
            WHERE v.tenant = OLD.tenant AND v.kind = OLD.kind AND v.id = OLD.id AND v.revision <= (
                SELECT w.revision FROM pulse.versions w
                WHERE w.tenant = OLD.tenant AND w.kind = OLD.kind AND w.id = OLD.id
                ORDER BY w.revision DESC OFFSET 100 LIMIT 1);
    END IF;
    INSERT INTO pulse.audit (tenant, change, kind, id, before, after, changed_by, changed_at)
        VALUES (NEW.tenant, number, NEW.kind, NEW.id,
                CASE WHEN TG_OP = 'INSERT' THEN 0 ELSE OLD.revision END,
                CASE WHEN gone THEN 0 ELSE NEW.revision END, author, moment);
    -- Sessions come and go by the minute: of them, the last day is told.
    IF NEW.kind = 'session' THEN
        DELETE FROM pulse.audit
            WHERE tenant = NEW.tenant AND kind = 'session' AND stored_at < now() - interval '1 day';
    END IF;
    PERFORM pg_notify('pulse_documents', (SELECT name FROM pulse.tenants WHERE id = NEW.tenant));
    RETURN NULL;
END
$$;

CREATE TRIGGER number_document BEFORE INSERT OR UPDATE ON pulse.documents
    FOR EACH ROW EXECUTE FUNCTION pulse.number_document();
CREATE TRIGGER note_document AFTER INSERT OR UPDATE OR DELETE ON pulse.documents
    FOR EACH ROW EXECUTE FUNCTION pulse.note_document();

-- Who may what. Rows of other tenants do not exist for anybody but the owner.

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pulse FROM PUBLIC;
GRANT USAGE ON SCHEMA pulse TO pulse_web, pulse_dcu, pulse_permissions, pulse_init_tenant;
GRANT EXECUTE ON FUNCTION pulse.tenant(), pulse.enter() TO pulse_web, pulse_dcu, pulse_permissions, pulse_init_tenant;
GRANT SELECT ON pulse.migrations, pulse.tenants TO pulse_web, pulse_dcu, pulse_permissions, pulse_init_tenant;
GRANT SELECT ON pulse.documents, pulse.audit TO pulse_web, pulse_dcu, pulse_permissions, pulse_init_tenant;
GRANT SELECT ON pulse.versions TO pulse_web;
GRANT INSERT, UPDATE, DELETE ON pulse.documents TO pulse_web, pulse_init_tenant;

ALTER TABLE pulse.tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE pulse.logins ENABLE ROW LEVEL SECURITY;
ALTER TABLE pulse.documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE pulse.versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE pulse.audit ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_tenant ON pulse.tenants FOR SELECT USING (id = (SELECT pulse.tenant()));

CREATE POLICY web ON pulse.documents FOR ALL TO pulse_web USING (tenant = (SELECT pulse.tenant()));
CREATE POLICY web ON pulse.versions FOR SELECT TO pulse_web USING (tenant = (SELECT pulse.tenant()));
CREATE POLICY web ON pulse.audit FOR SELECT TO pulse_web USING (tenant = (SELECT pulse.tenant()));

-- Neither passwords nor sessions are a collector's business.
CREATE POLICY dcu ON pulse.documents FOR SELECT TO pulse_dcu
    USING (tenant = (SELECT pulse.tenant()) AND kind NOT IN ('session', 'user'));
CREATE POLICY dcu ON pulse.audit FOR SELECT TO pulse_dcu
    USING (tenant = (SELECT pulse.tenant()) AND kind NOT IN ('session', 'user'));

CREATE POLICY permissions ON pulse.documents FOR SELECT TO pulse_permissions
    USING (tenant = (SELECT pulse.tenant()) AND kind <> 'session');
CREATE POLICY permissions ON pulse.audit FOR SELECT TO pulse_permissions
    USING (tenant = (SELECT pulse.tenant()) AND kind <> 'session');

CREATE POLICY init_tenant ON pulse.documents FOR ALL TO pulse_init_tenant
    USING (tenant = (SELECT pulse.tenant()) AND kind IN ('template', 'template_origin'));
CREATE POLICY init_tenant ON pulse.audit FOR SELECT TO pulse_init_tenant
    USING (tenant = (SELECT pulse.tenant()) AND kind IN ('template', 'template_origin'));
