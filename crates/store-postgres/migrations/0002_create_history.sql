-- Past values, in partitions of a day.

CREATE TABLE pulse.series (
    id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant     integer  NOT NULL DEFAULT pulse.tenant() REFERENCES pulse.tenants,
    definition text     NOT NULL,
    kind       smallint NOT NULL,
    object     text     NOT NULL,
    UNIQUE (tenant, definition, kind, object)
);

CREATE TABLE pulse.points (
    tenant integer  NOT NULL DEFAULT pulse.tenant(),
    series integer  NOT NULL,
    -- Microseconds since 1970.
    at     bigint   NOT NULL,
    value  double precision,
    flags  smallint NOT NULL,
    PRIMARY KEY (tenant, series, at)
) PARTITION BY RANGE (at);
-- Points come in the order of time: a small index is enough to find a stretch of it.
CREATE INDEX points_by_age ON pulse.points USING brin (at);

-- How many points of a day each tenant has; a day that nobody counts is dropped.
CREATE TABLE pulse.history_days (
    tenant integer NOT NULL DEFAULT pulse.tenant() REFERENCES pulse.tenants,
    -- Days since 1970, UTC.
    day    integer NOT NULL,
    points bigint  NOT NULL,
    PRIMARY KEY (tenant, day)
);

-- What is older than this does not exist any more for the tenant, whether its partition was dropped yet or not.
CREATE TABLE pulse.history_horizons (
    tenant integer NOT NULL DEFAULT pulse.tenant() PRIMARY KEY REFERENCES pulse.tenants,
    at     bigint  NOT NULL
);

-- Makes the partitions of these days. The only way for a collector to make a table, and the only table it can make.
CREATE FUNCTION pulse.history_prepare(days integer[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
    day   integer;
    name  text;
    begin_at bigint;
    end_at   bigint;
BEGIN
    IF pulse.tenant() IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = 'the session speaks for no tenant';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('pulse.history_prepare'));
    FOREACH day IN ARRAY days LOOP
        name := 'points_' || day;
        CONTINUE WHEN to_regclass('pulse.' || name) IS NOT NULL;
        IF day < 0 OR (SELECT count(*) FROM pg_inherits WHERE inhparent = 'pulse.points'::regclass) >= 1000 THEN
            RAISE program_limit_exceeded
                USING MESSAGE = format('no partition for day %s: it is before 1970, or 1000 days are kept already', day);
        END IF;
        begin_at := day * 86400000000;
        end_at := begin_at + 86400000000;
        -- Made apart and attached: this does not wait for those who read and write other days.
        EXECUTE format('CREATE TABLE pulse.%I (LIKE pulse.points INCLUDING DEFAULTS)', name);
        EXECUTE format('ALTER TABLE pulse.points ATTACH PARTITION pulse.%I FOR VALUES FROM (%s) TO (%s)',
                       name, begin_at, end_at);
    END LOOP;
END
$$;

-- Drops the partitions that nobody counts points of and that lie before somebody's horizon; tells how many. Leaves
-- it to the next time while points are being written.
CREATE FUNCTION pulse.history_sweep() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
    horizon bigint;
    name    text;
    dropped integer := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('pulse.history')) THEN
        RETURN 0;
    END IF;
    SELECT max(at) INTO horizon FROM pulse.history_horizons;
    FOR name IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'pulse.points'::regclass
          AND (substr(c.relname, 8)::bigint + 1) * 86400000000 <= horizon
          AND NOT EXISTS (SELECT 1 FROM pulse.history_days d WHERE d.day = substr(c.relname, 8)::integer)
    LOOP
        EXECUTE format('DROP TABLE pulse.%I', name);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$$;

REVOKE ALL ON FUNCTION pulse.history_prepare(integer[]), pulse.history_sweep() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pulse.history_prepare(integer[]), pulse.history_sweep() TO pulse_dcu;
GRANT SELECT ON pulse.series, pulse.points, pulse.history_horizons TO pulse_web, pulse_dcu;
GRANT SELECT ON pulse.history_days TO pulse_dcu;
GRANT INSERT ON pulse.series, pulse.points, pulse.history_days, pulse.history_horizons TO pulse_dcu;
GRANT UPDATE, DELETE ON pulse.points, pulse.history_days TO pulse_dcu;
GRANT UPDATE ON pulse.history_horizons TO pulse_dcu;

ALTER TABLE pulse.series ENABLE ROW LEVEL SECURITY;
ALTER TABLE pulse.points ENABLE ROW LEVEL SECURITY;
ALTER TABLE pulse.history_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE pulse.history_horizons ENABLE ROW LEVEL SECURITY;

CREATE POLICY dcu ON pulse.series FOR ALL TO pulse_dcu USING (tenant = (SELECT pulse.tenant()));
CREATE POLICY dcu ON pulse.points FOR ALL TO pulse_dcu USING (tenant = (SELECT pulse.tenant()));
CREATE POLICY dcu ON pulse.history_days FOR ALL TO pulse_dcu USING (tenant = (SELECT pulse.tenant()));
CREATE POLICY dcu ON pulse.history_horizons FOR ALL TO pulse_dcu USING (tenant = (SELECT pulse.tenant()));
CREATE POLICY web ON pulse.series FOR SELECT TO pulse_web USING (tenant = (SELECT pulse.tenant()));
CREATE POLICY web ON pulse.points FOR SELECT TO pulse_web USING (tenant = (SELECT pulse.tenant()));
CREATE POLICY web ON pulse.history_horizons FOR SELECT TO pulse_web USING (tenant = (SELECT pulse.tenant()));
