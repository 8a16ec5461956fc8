/** Tells miners, which enrolled or competed at some time, from hotkeys that are registered for something else, such as validators. */

/** The first block in which a miner `m` was attested as enrolled or began to compete. */
export const FIRST_ENROLMENT = `least(
  (SELECT min(c.started_at) FROM competitions c WHERE c.a_hotkey = m.hotkey OR c.b_hotkey = m.hotkey),
  (SELECT min(first.block) FROM
    (SELECT r.uid, r.held_from, lead(r.held_from) OVER (PARTITION BY r.uid ORDER BY r.held_from) AS held_until, r.hotkey FROM registrations r) tenure
    CROSS JOIN LATERAL (
      SELECT t.block FROM attestations t
      WHERE tenure.uid < 256 AND t.block >= tenure.held_from AND (tenure.held_until IS NULL OR t.block < tenure.held_until)
        AND CASE WHEN tenure.uid < 256 THEN get_bit(t.enrolled, tenure.uid) = 1 END
      ORDER BY t.block LIMIT 1
    ) first
    WHERE tenure.hotkey = m.hotkey)
)`

export const sql = `
ALTER TABLE miners ADD COLUMN enrolled_at integer REFERENCES blocks;

UPDATE miners m SET enrolled_at = ${FIRST_ENROLMENT};

DROP INDEX miners_by_rating;
CREATE INDEX miners_by_rating ON miners ((CASE WHEN rated_games > 0 THEN coalesce(rating, -1) WHEN enrolled_at IS NOT NULL THEN -1 ELSE -2 END), hotkey);
`
