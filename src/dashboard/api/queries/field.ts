/**
 * The field of an issue in its latest round with an attestation, and the field size that a pair needs, from the index's current data: today's ratings and
 * competitions, without collateral. rules/pairs/pairs.ts has the rule.
 */
import { FIELD_NEEDED } from "../../../domain/PairingField.ts"
import type { IssueDetail } from "../definition/issues.ts"
import { object } from "./expressions.ts"
import { LATEST_CONFIG } from "./money.ts"

/** Each validator's last known weight. */
const WEIGHTS = `(SELECT DISTINCT ON (s.hotkey) s.hotkey, s.weight FROM validator_stakes s JOIN validators v ON v.hotkey = s.hotkey
  WHERE v.removed_at IS NULL ORDER BY s.hotkey, s.day DESC)`
const TOTAL = `(SELECT sum(w.weight) FROM ${WEIGHTS} w)`

/** Tests UID u in a bitmap: bit u % 8 from the right of byte u / 8. */
const HAS = "get_bit(b.seen, (u / 8) * 8 + 7 - u % 8) = 1"

/**
 * The attestations that count in round `l` (blocks `l.start` to before `l.until`): each validator's newest on each issue, less than a day older than the
 * round, and not ended by a match. `standing`: on all issues; `here`: on issue `i`. MATERIALIZED makes PostgreSQL select rows by block first, and only once.
 */
export const STANDING_QUERY = `WITH recent AS MATERIALIZED (
    SELECT * FROM attestations t WHERE t.block < l.until AND t.block > l.start - coalesce((${LATEST_CONFIG} ->> 'day')::bigint, 0)
  ), standing AS MATERIALIZED (
    SELECT DISTINCT ON (t.issue, t.validator) t.* FROM recent t
    WHERE t.block > coalesce((SELECT max(c.started_at) FROM competitions c WHERE c.issue = t.issue AND c.started_at < l.start), 0)
    ORDER BY t.issue, t.validator, t.block DESC, t.event DESC
  ), here AS (SELECT * FROM standing t WHERE t.issue = i.id)`

/** Eligible UIDs that validators with more than half of the weight attested as enrolled in the round, in `standing` or `here`. */
const eligible = (attestations: "standing" | "here"): string =>
  `SELECT m.hotkey FROM miners m JOIN (
    SELECT u FROM (
      SELECT t.validator, bit_or(('x' || encode(t.enrolled, 'hex'))::bit(256)) AS seen FROM ${attestations} t GROUP BY t.validator) b
    JOIN ${WEIGHTS} w ON w.hotkey = b.validator CROSS JOIN generate_series(0, 255) u
    WHERE ${HAS} GROUP BY u HAVING sum(w.weight) * 2 > ${TOTAL}) e ON e.u = m.uid WHERE m.eligible`

/** The contract's limit of concurrent competitions per miner. */
const COMPETITIONS_LIMIT = `(${LATEST_CONFIG} ->> 'maxCompetitionsPerMiner')::bigint`

const { each, least, miners, most } = FIELD_NEEDED

/** For issue `i.id` in round `l`; needs the CTEs of `STANDING`. */
export const field = object<NonNullable<IssueDetail["enrolment"]>["field"]>({
  size: `(SELECT count(*) FROM (${eligible("here")}) m
    WHERE (SELECT count(*) FROM competitions c WHERE c.ended_at IS NULL AND (c.a_hotkey = m.hotkey OR c.b_hotkey = m.hotkey)) < ${COMPETITIONS_LIMIT})`,
  needed: `(SELECT least(${most}, greatest(${least}, (count(*) * ${miners} + ${each - 1}) / ${each})) FROM (${eligible("standing")}) m)`
})
