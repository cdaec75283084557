-- Entries as they were known at an instant: of each, the newest version received up to it, wherever it then was. The
-- filters come after, so that an entry that moved away is not found where it used to be. NULL means: no filter.

-- name: project_calls
SELECT e.*, e.row_number AS row, t.level
FROM (SELECT DISTINCT ON (v.id) v.* FROM entitled.project_call_version AS v
      WHERE $4::timestamptz IS NULL OR v.received_at <= $4
      ORDER BY v.id, v.submission_seq DESC) AS e
    JOIN entitled.territory AS t ON t.code = e.territory
WHERE ($1::text[] IS NULL OR e.territory = ANY ($1)) AND ($2::text[] IS NULL OR e.period = ANY ($2))
  AND ($3::text[] IS NULL OR e.id = ANY ($3))
ORDER BY e.period, t.position, e.id
LIMIT $5;

-- name: projects
SELECT e.*, e.row_number AS row, t.level
FROM (SELECT DISTINCT ON (v.id) v.* FROM entitled.project_version AS v
      WHERE $5::timestamptz IS NULL OR v.received_at <= $5
      ORDER BY v.id, v.submission_seq DESC) AS e
    JOIN entitled.territory AS t ON t.code = e.territory
WHERE ($1::text[] IS NULL OR e.territory = ANY ($1)) AND ($2::text[] IS NULL OR e.period = ANY ($2))
  AND ($3::text[] IS NULL OR e.call = ANY ($3)) AND ($4::text[] IS NULL OR lower(e.theme) = ANY ($4))
ORDER BY e.call, e.id
LIMIT $6;

-- name: actions
SELECT e.*, e.row_number AS row, t.level
FROM (SELECT DISTINCT ON (v.id) v.* FROM entitled.action_version AS v
      WHERE $3::timestamptz IS NULL OR v.received_at <= $3
      ORDER BY v.id, v.submission_seq DESC) AS e
    JOIN entitled.territory AS t ON t.code = e.territory
WHERE ($1::text[] IS NULL OR e.territory = ANY ($1)) AND ($2::text[] IS NULL OR e.period = ANY ($2))
ORDER BY e.period, t.position, e.code, e.id
LIMIT $4;

-- name: milestones
SELECT e.*, e.row_number AS row, t.level
FROM (SELECT DISTINCT ON (v.id) v.* FROM entitled.milestone_version AS v
      WHERE $3::timestamptz IS NULL OR v.received_at <= $3
      ORDER BY v.id, v.submission_seq DESC) AS e
    JOIN entitled.territory AS t ON t.code = e.territory
WHERE ($1::text[] IS NULL OR e.territory = ANY ($1)) AND ($2::text[] IS NULL OR e.period = ANY ($2))
ORDER BY e.due, t.position, e.id
LIMIT $4;
