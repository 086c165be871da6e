"""Setting the triggers that mark a job whose day may have been summed already.

SQLite changes most columns by making the table anew, which loses its triggers: a migration that
alters `generation_job` or `generation_attempt` ends with `mark_changes`.
"""

TOLD = ("state", "error_class", "cost_micros", "ended_at", "seconds", "cost_centre_id")

# A day is summed an hour after its end, so a job of a summed day is older than any transaction
# that was at work on it then. By another clock than ours, it lies before what is summed.
PG = """
CREATE OR REPLACE FUNCTION generation_mark_job() RETURNS trigger AS $$
DECLARE job generation_job%ROWTYPE; ended timestamptz;
BEGIN
    IF TG_TABLE_NAME = 'generation_job' THEN
        job := NEW;
        ended := OLD.ended_at;
    ELSE
        SELECT * INTO job FROM generation_job WHERE id = NEW.job_id;
        ended := job.ended_at;
    END IF;
    IF job.created_at < clock_timestamp() - interval '10 minutes' OR EXISTS (
        SELECT 1 FROM generation_daysover o WHERE o.workspace_id = job.workspace_id
        AND o.mode = job.mode AND o.through >= (job.created_at AT TIME ZONE 'UTC')::date
    ) THEN
        INSERT INTO generation_jobmark (workspace_id, mode, job_id, ended_at)
        VALUES (job.workspace_id, job.mode, job.id, ended);
    END IF;
    RETURN NULL;
END $$ LANGUAGE plpgsql
"""
SQLITE = """
INSERT INTO generation_jobmark (workspace_id, mode, job_id, ended_at)
SELECT j.workspace_id, j.mode, j.id, {ended} FROM generation_job j WHERE j.id = {job}
AND (j.created_at < strftime('%Y-%m-%d %H:%M:%S', 'now', '-10 minutes') OR EXISTS (
    SELECT 1 FROM generation_daysover o WHERE o.workspace_id = j.workspace_id
    AND o.mode = j.mode AND o.through >= substr(j.created_at, 1, 10)));
"""
TRIGGERS = (
    ("generation_job", TOLD, "NEW.id", "OLD.ended_at"),
    ("generation_attempt", ("state",), "NEW.job_id", "j.ended_at"),
)


def mark_changes(editor):
    """Set the triggers, whether or not they are there."""
    forget_changes(editor)
    on_postgresql = editor.connection.vendor == "postgresql"
    if on_postgresql:
        # Without parameters the driver reads no placeholder into the text's own percent sign.
        editor.execute(PG, params=None)
    differs = "IS DISTINCT FROM" if on_postgresql else "IS NOT"
    for table, names, job, ended in TRIGGERS:
        changed = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in names)
        act = (
            "EXECUTE FUNCTION generation_mark_job()"
            if on_postgresql
            else f"BEGIN {SQLITE.format(job=job, ended=ended)} END"
        )
        editor.execute(
            f"CREATE TRIGGER {table}_mark AFTER UPDATE OF {', '.join(names)} ON {table} "
            f"FOR EACH ROW WHEN ({changed}) {act}",
            params=None,
        )


def forget_changes(editor):
    for table, *_ in TRIGGERS:
        on = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_mark{on}")
