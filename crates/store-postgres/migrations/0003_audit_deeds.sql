-- What is done and changes no document: sign-ins, refusals. And the trail's end: age.

CREATE TABLE pulse.deeds (
    tenant integer NOT NULL DEFAULT pulse.tenant() REFERENCES pulse.tenants,
    number bigint  GENERATED ALWAYS AS IDENTITY,
    kind   text COLLATE "C" NOT NULL,
    id     text COLLATE "C" NOT NULL,
    done_by text   NOT NULL,
    done_at bigint NOT NULL,
    detail text    NOT NULL DEFAULT '',
    PRIMARY KEY (tenant, number)
);
CREATE INDEX deeds_by_time ON pulse.deeds (tenant, done_at, number);
CREATE INDEX deeds_by_person ON pulse.deeds (tenant, kind, id, done_at);
CREATE INDEX audit_by_time ON pulse.audit (tenant, changed_at, change);

-- Removes what is older, and deeds beyond the newest so many; answers how many rows. By age nothing of the last day
-- is removed, by number nothing of the last hour: whoever has broken in does not wipe out their trace.
CREATE FUNCTION pulse.forget_audit(oldest bigint, deeds_max bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ours    integer := pulse.tenant();
    removed bigint;
    total   bigint := 0;
BEGIN
    DELETE FROM pulse.audit WHERE tenant = ours AND changed_at < least(oldest, (extract(epoch FROM now() - interval '1 day') * 1000000)::bigint);
    GET DIAGNOSTICS removed = ROW_COUNT;
    total := total + removed;
    DELETE FROM pulse.deeds WHERE tenant = ours AND done_at < least(oldest, (extract(epoch FROM now() - interval '1 day') * 1000000)::bigint);
    GET DIAGNOSTICS removed = ROW_COUNT;
    total := total + removed;
    DELETE FROM pulse.deeds WHERE tenant = ours AND number IN (
        SELECT d.number FROM pulse.deeds d WHERE d.tenant = ours ORDER BY d.done_at DESC, d.number DESC OFFSET deeds_max)
        AND done_at < (extract(epoch FROM now() - interval '1 hour') * 1000000)::bigint;
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN total + removed;
END
$$;

REVOKE ALL ON FUNCTION pulse.forget_audit(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pulse.forget_audit(bigint, bigint) TO pulse_web;
GRANT SELECT, INSERT ON pulse.deeds TO pulse_web;

ALTER TABLE pulse.deeds ENABLE ROW LEVEL SECURITY;
CREATE POLICY web ON pulse.deeds FOR ALL TO pulse_web USING (tenant = (SELECT pulse.tenant()));
