"""The statements that fill the books: each makes all rows of one kind from those before."""

# What every job is, drawn once: whose, when, by which route, and how many tries it took.
DRAWN = """
CREATE UNLOGGED TABLE b_job AS
SELECT d.n AS id, w.workspace_id, w.place, d.at, d.luck, d.tries,
    d.many AND d.at < now() - interval '1 day' AS many,
    p.ids[1 + floor(d.r2 * cardinality(p.ids))::int] AS person,
    c.ids[1 + floor(power(d.r3, 2) * cardinality(c.ids))::int] AS centre,
    k.id AS api_key, d.r4 < 0.1 AS by_key, r.route, r.tier, r.seconds, r.ratio, r.legs, r.story,
    r.left_out
FROM (
    SELECT n, random() AS r1, random() AS r2, random() AS r3, random() AS r4, random() AS luck,
        (n / 40) %% 2 = 0 AS many,
        -- Four draws decide the tries: 2.47 a job, so that holds and resolutions are five lines.
        CASE WHEN x < 0.28 THEN 1 WHEN x < 0.50 THEN 2 WHEN x < 0.75 THEN 3 ELSE 4 END AS tries,
        (CASE WHEN t < 0.5 THEN 0 WHEN t < 0.8 THEN 1 WHEN t < 0.95 THEN 2 ELSE 3 END) AS tier,
        floor(random() * 16)::int AS shape,
        -- Working hours: each day's jobs come between 7 and 19 h UTC, in the order of their ids.
        LEAST(date_trunc('day', %(first)s::timestamptz)
            + floor(f) * interval '1 day' + interval '7 h' + (f - floor(f)) * interval '12 h',
            now() - interval '10 minutes' + (n::float8 / %(jobs)s) * interval '5 minutes') AS at
    FROM (SELECT n, random() AS x, random() AS t, (n - 1)::float8 * (%(days)s + 1) / %(jobs)s AS f
        FROM generate_series(1, %(jobs)s) n OFFSET 0) z OFFSET 0
) d
-- Forty jobs in a row are one agency's, so that batches are whole.
JOIN b_share w ON (hashint4((d.n / 40)::int)::bigint & 1048575) %% 100 BETWEEN w.low AND w.high
JOIN b_route r ON r.route = d.tier * 16 + d.shape
JOIN (SELECT workspace_id, array_agg(user_id ORDER BY user_id) AS ids FROM accounts_membership
    GROUP BY 1) p ON p.workspace_id = w.workspace_id
JOIN (SELECT workspace_id, array_agg(id ORDER BY id) AS ids FROM generation_costcentre
    WHERE kind = 'campaign' GROUP BY 1) c ON c.workspace_id = w.workspace_id
JOIN (SELECT workspace_id, MIN(id) AS id FROM accounts_apikey GROUP BY 1) k
    ON k.workspace_id = w.workspace_id
"""
BATCHED = """
CREATE UNLOGGED TABLE b_batch AS
SELECT row_number() OVER (ORDER BY MIN(id)) AS place, id / 40 AS forty, MIN(id) AS first_job,
    COUNT(*) AS total, MIN(workspace_id) AS workspace_id, MIN(person) AS person, MIN(at) AS at,
    (array_agg(centre ORDER BY id))[1] AS above,
    (array_agg(route ORDER BY id))[1] AS route
FROM b_job WHERE many GROUP BY id / 40
"""
ALIKE = """
UPDATE b_job j SET route = r.route, tier = r.tier, seconds = r.seconds, ratio = r.ratio,
    legs = r.legs, story = r.story, left_out = r.left_out, person = b.person, by_key = false
FROM b_batch b JOIN b_route r ON r.route = b.route WHERE j.many AND j.id / 40 = b.forty
"""
CENTRES = """
INSERT INTO generation_costcentre (id, workspace_id, mode, uid, kind, name, parent_id, path,
    created_at)
SELECT 1000000 + b.place, b.workspace_id, 'test', 'cc_b' || b.place, 'batch',
    'Batch of ' || b.total, b.above, c.path || (1000000 + b.place) || '/', b.at
FROM b_batch b JOIN generation_costcentre c ON c.id = b.above
"""
BATCHES = """
INSERT INTO generation_batch (id, workspace_id, mode, uid, cost_centre_id, created_by_id, name,
    total, estimated_micros, created_at)
SELECT b.place, b.workspace_id, 'test', 'batch_' || lpad(b.place::text, 20, '0'),
    1000000 + b.place, b.person, '', b.total, b.total * l.micros, b.at
FROM b_batch b JOIN b_leg l ON l.route = b.route AND l.leg = 0
"""
# Of the last jobs a few hundred are still at work; the fate of the others is their luck.
ENDS = """
CREATE UNLOGGED TABLE b_end AS
SELECT j.id, CASE WHEN j.at > now() - interval '11 minutes' AND j.id %% 20 < 3
        THEN CASE WHEN j.id %% 20 = 0 THEN 'unknown' ELSE 'accepted' END
    WHEN luck < 0.94 THEN 'succeeded' WHEN luck < 0.975 THEN 'failed'
    WHEN luck < 0.995 THEN 'cancelled' ELSE 'lost_billed' END AS last_state
FROM b_job j
"""
ATTEMPTS = """
CREATE UNLOGGED TABLE b_attempt AS
SELECT row_number() OVER (ORDER BY j.id, s.seq) AS id, j.id AS job, s.seq,
    l.leg, l.account, l.offer, l.price_row, l.provider, l.model, l.micros, l.story,
    j.at + s.seq * interval '20 s' AS at, j.workspace_id,
    CASE WHEN s.seq = j.tries - 1 THEN e.last_state
        -- One refusal in fifty is billed, as some vendors do.
        WHEN (j.id * 7 + s.seq) %% 50 = 0 THEN 'failed' ELSE 'rejected' END AS state,
    s.seq = j.tries - 1 AS is_last
FROM b_job j JOIN b_end e ON e.id = j.id
CROSS JOIN LATERAL generate_series(0, j.tries - 1) s(seq)
JOIN b_leg l ON l.route = j.route AND l.leg = s.seq %% j.legs
"""
LINES = """
CREATE UNLOGGED TABLE b_line AS
SELECT id AS attempt, job, 'hold' AS kind, micros AS held, 0::bigint AS spent, at, '' AS task
FROM b_attempt
UNION ALL
SELECT id, job, CASE WHEN state IN ('rejected', 'cancelled') THEN 'release' ELSE 'settle' END,
    -micros,
    CASE WHEN state IN ('rejected', 'cancelled') THEN 0
        WHEN state = 'failed' AND is_last AND job %% 2 = 0 THEN 0 ELSE micros END,
    at + interval '15 s',
    CASE WHEN state IN ('succeeded', 'failed') THEN 'task-' || id ELSE '' END
FROM b_attempt WHERE state NOT IN ('unknown', 'accepted')
UNION ALL
-- One clip in fifteen is corrected by the bill, three days later.
SELECT id, job, 'adjust', 0, CASE WHEN job %% 2 = 0 THEN 1000 ELSE -1000 END,
    at + interval '3 days', 'task-' || id
FROM b_attempt WHERE state = 'succeeded' AND job %% 15 = 0 AND at < now() - interval '4 days'
"""
JOBS = """
INSERT INTO generation_job (id, workspace_id, mode, uid, cost_centre_id, batch_id, item_index,
    created_by_id, api_key_id, generation_mode, prompt, negative_prompt, style, seconds, tier,
    ratio, provider, enable_fallback, priority, turn, hot, held_by, metadata, webhook_url, route,
    left_out, estimated_micros, cap_micros, state, cancel_requested_at, attention, consent,
    progress, error, error_class, cost_micros, created_at, started_at, ended_at)
SELECT j.id, j.workspace_id, 'test', 'job_' || lpad(j.id::text, 20, '0'),
    CASE WHEN j.many THEN 1000000 + b.place ELSE j.centre END, b.place, j.id - b.first_job,
    CASE WHEN j.by_key THEN NULL ELSE j.person END, CASE WHEN j.by_key THEN j.api_key END,
    'text_to_video',
    (ARRAY['Close-up of', 'Slow pan over', 'Drone shot of', 'Handheld view of'])[1 + j.id %% 4]
        || ' ' || (ARRAY['hands typing', 'a paper boat', 'a quiet lake', 'a busy kitchen',
        'neon rain', 'an old tram'])[1 + j.id %% 6] || ', take ' || j.id, '', '', j.seconds, j.tier,
    j.ratio, '', true, 0,
    (extract(epoch FROM j.at) * 1000000)::bigint + COALESCE(j.id - b.first_job, 0), false, '',
    '{}', '', j.story, j.left_out, l.micros, 4 * l.micros,
    CASE e.last_state WHEN 'succeeded' THEN 'completed' WHEN 'lost_billed' THEN 'failed'
        WHEN 'unknown' THEN 'processing' WHEN 'accepted' THEN 'processing' ELSE e.last_state END,
    CASE WHEN e.last_state = 'cancelled' THEN j.at END,
    CASE WHEN e.last_state = 'unknown' THEN 'ambiguous' ELSE '' END, '',
    CASE WHEN e.last_state = 'succeeded' THEN 100 ELSE 0 END,
    CASE WHEN e.last_state = 'failed' THEN 'Refused: moderation' ELSE '' END,
    CASE WHEN e.last_state = 'failed' THEN (ARRAY['moderation', 'unavailable'])[1 + j.id %% 2]
        ELSE '' END,
    COALESCE(x.spent, 0), j.at, j.at,
    CASE WHEN e.last_state NOT IN ('unknown', 'accepted')
        THEN j.at + j.tries * interval '20 s' + interval '30 s' END
FROM b_job j JOIN b_end e ON e.id = j.id JOIN b_leg l ON l.route = j.route AND l.leg = 0
LEFT JOIN b_batch b ON j.many AND b.forty = j.id / 40
LEFT JOIN (SELECT job, SUM(spent) AS spent FROM b_line GROUP BY 1) x ON x.job = j.id
ORDER BY j.id
"""
ATTEMPT_ROWS = """
INSERT INTO generation_attempt (id, workspace_id, mode, job_id, seq, account_id, offer_id,
    price_row_id, provider, model, leg, leg_index, seed, client_ref, hook_token_hash, match_key,
    max_micros, state, lane, turn, lease_owner, lease_epoch, submit_started_at, next_check_at,
    checks, refusals, parked, task_id, percent, vendor_state, failure_class, failure_code, reason,
    cost_micros, created_at, accepted_at, ended_at)
SELECT a.id, a.workspace_id, 'test', a.job, a.seq, a.account, a.offer, a.price_row, a.provider,
    a.model, a.story, a.leg, a.id, 'att_' || lpad(a.id::text, 20, '0'),
    md5(a.id::text) || md5('x' || a.id), 'key-' || a.id, a.micros, a.state, '', 0, '', 1, a.at,
    a.at + interval '30 s', 3, 0, false,
    CASE WHEN a.state IN ('succeeded', 'failed', 'accepted') THEN 'task-' || a.id ELSE '' END, NULL,
    '', CASE a.state WHEN 'rejected' THEN 'unavailable' WHEN 'failed' THEN 'moderation' ELSE '' END,
    '', '', x.spent, a.at, CASE WHEN a.state IN ('succeeded', 'failed', 'accepted') THEN a.at END,
    CASE WHEN a.state NOT IN ('unknown', 'accepted') THEN a.at + interval '15 s' END
FROM b_attempt a
LEFT JOIN (SELECT attempt, SUM(spent) AS spent FROM b_line WHERE kind <> 'hold' GROUP BY 1) x
    ON x.attempt = a.id
ORDER BY a.id
"""
TASKS = """
INSERT INTO generation_providertask (account_id, task_id, attempt_id, learned_from, created_at)
SELECT account, 'task-' || id, id, 'response', at FROM b_attempt
WHERE state IN ('succeeded', 'failed', 'accepted') ORDER BY id
"""
# Files are no part of the books; whoever shows pages puts sixty in their place.
ASSETS = """
INSERT INTO generation_asset (workspace_id, mode, uid, kind, state, job_id, attempt_id, unclaimed,
    original_name, crop, storage_key, thumbnail_key, media_type, bytes, sha256, width, height,
    seconds, output_url, lease_owner, tries, reason, created_at, stored_at)
SELECT workspace_id, 'test', 'asset_' || lpad(id::text, 20, '0'), 'clip', 'stored', job, id, false,
    '', '', 'clips/' || id %% 60 || '.mp4', 'clips/' || id %% 60 || '.jpg', 'video/mp4', 1000000,
    md5(id::text) || md5('y' || id), 1280, 720, 5, '', '', 1, '', at + interval '20 s',
    at + interval '25 s'
FROM b_attempt WHERE state = 'succeeded' ORDER BY id
"""
EVENTS = """
INSERT INTO generation_event (workspace_id, mode, job_id, attempt_id, at, kind, text, data)
SELECT workspace_id, 'test', job, id, at, 'job.queued', '', '{}' FROM b_attempt WHERE seq = 0
ORDER BY id
"""
LEDGER = """
INSERT INTO generation_ledgerline (id, workspace_id, mode, cost_centre_id, account_id,
    price_row_id, job_id, attempt_id, task_id, kind, held_delta, spent_delta, currency,
    native_amount, native_unit, statement_line, provisional, reason, created_at)
SELECT row_number() OVER (ORDER BY l.at, l.attempt, l.kind), j.workspace_id, 'test',
    j.cost_centre_id, a.account, a.price_row, l.job, l.attempt, l.task, l.kind, l.held, l.spent,
    'USD', '', '', CASE WHEN l.kind = 'adjust' THEN 'bench-' || l.attempt END, false, '', l.at
FROM b_line l JOIN b_attempt a ON a.id = l.attempt JOIN generation_job j ON j.id = l.job
ORDER BY 1
"""
PERIODS = """
INSERT INTO generation_budgetperiod (workspace_id, mode, budget_id, starts_on, ends_on, hard,
    limit_micros, held_micros, spent_micros, created_at)
SELECT b.workspace_id, 'test', b.id, m::date, (m + interval '1 month - 1 day')::date, true,
    b.limit_micros, 0, 0, m
FROM generation_budget b, generate_series(date_trunc('month', %(first)s::timestamptz)
    - interval '1 month', now() + interval '1 month', interval '1 month') m
"""
# A resolution moves the period of its hold.
MOVED = """
INSERT INTO generation_ledgerbudget (line_id, period_id)
SELECT l.id, p.id FROM generation_ledgerline l
JOIN b_attempt a ON a.id = l.attempt_id JOIN accounts_workspace w ON w.id = l.workspace_id
JOIN generation_budgetperiod p ON p.workspace_id = l.workspace_id
    AND (a.at AT TIME ZONE w.time_zone)::date BETWEEN p.starts_on AND p.ends_on
ORDER BY l.id
"""
SUMMED = """
UPDATE generation_budgetperiod p SET held_micros = x.held, spent_micros = x.spent FROM (
    SELECT b.period_id, SUM(l.held_delta) AS held, SUM(l.spent_delta) AS spent
    FROM generation_ledgerbudget b JOIN generation_ledgerline l ON l.id = b.line_id GROUP BY 1) x
WHERE x.period_id = p.id
"""
# The bills since the month before last, right to the micro-dollar but for a few lines.
BILLS = """
INSERT INTO generation_statement (workspace_id, mode, uid, account_id, source, grain, starts_on,
    ends_on, file_name, added_lines, known_lines, added_micros, imported_at)
SELECT w.id, 'test', 'stm_' || w.id || '_' || a.id, a.id, 'csv', 'task',
    (date_trunc('month', now()) - interval '2 months')::date, now()::date + 1, '', 1, 0, 0, now()
FROM accounts_workspace w, providers_provideraccount a WHERE a.mode = 'test'
"""
BILL_LINES = """
INSERT INTO generation_statementline (workspace_id, mode, uid, statement_id, account_id,
    source_key, grain, day, task_id, client_ref, model, native_amount, native_unit, micros)
SELECT l.workspace_id, 'test', 'stl_' || MIN(l.id), s.id, l.account_id, l.task_id, 'task',
    MIN(l.created_at AT TIME ZONE 'UTC')::date, l.task_id, '', '', '', '',
    SUM(l.spent_delta) + CASE WHEN MIN(l.id) %% 5000 = 0 THEN 700 ELSE 0 END
FROM generation_ledgerline l JOIN generation_statement s
    ON s.workspace_id = l.workspace_id AND s.account_id = l.account_id
JOIN generation_attempt a ON a.id = l.attempt_id
WHERE l.task_id <> '' AND a.created_at >= date_trunc('month', now()) - interval '2 months'
GROUP BY l.workspace_id, s.id, l.account_id, l.task_id HAVING SUM(l.spent_delta) <> 0
"""
STEPS = (
    DRAWN,
    BATCHED,
    ALIKE,
    CENTRES,
    BATCHES,
    ENDS,
    "ANALYZE b_job",
    ATTEMPTS,
    LINES,
    "ANALYZE b_attempt",
    "ANALYZE b_line",
    JOBS,
    ATTEMPT_ROWS,
    TASKS,
    ASSETS,
    EVENTS,
    LEDGER,
    "ANALYZE generation_ledgerline",
    PERIODS,
    MOVED,
    SUMMED,
    BILLS,
    BILL_LINES,
    "DROP TABLE b_job, b_batch, b_end, b_attempt, b_line, b_route, b_leg, b_share",
)
