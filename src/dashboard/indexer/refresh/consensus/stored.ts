/** Writes an epoch's rows as a whole, and reads an earlier audit's rows. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Schema } from "effect"
import { type Finding, SEVERITIES } from "../../../../consensus/audit/findings.ts"
import type { Served } from "../../../../consensus/audit/servedReport.ts"
import { AccountAddress } from "../../../../domain/Account.ts"
import { FalseReport } from "../../../../domain/ChallengeFinding.ts"
import { EpochState } from "../../../../domain/EpochState.ts"
import { Equivocation } from "../../../../domain/Equivocation.ts"
import { transaction } from "../../../../layers/storage/database/Database.ts"
import { insertWhole } from "../../rows.ts"
import type { EpochRows } from "./rows.ts"

/** Replaces all rows of an epoch, in one transaction. */
export const replaceEpoch = ({ epoch, voters, values, findings }: EpochRows) =>
  transaction(
    Effect.gen(function* () {
      const sql = yield* SqlClient
      yield* sql`DELETE FROM consensus_epochs WHERE epoch = ${epoch.epoch}`
      yield* insertWhole("consensus_epochs", [epoch])
      yield* insertWhole("consensus_voters", voters)
      yield* insertWhole("consensus_values", values)
      yield* insertWhole("consensus_findings", findings)
    })
  )

const ServedDocument = Schema.Struct({ document: Schema.String, givers: Schema.Array(AccountAddress) })
const StoredEpoch = Schema.Array(Schema.Struct({ looks: Schema.Int, facts: EpochState }))
const StoredVoters = Schema.Array(
  Schema.Struct({
    hotkey: AccountAddress,
    committed: Schema.NullOr(Schema.String),
    document: Schema.NullOr(Schema.String),
    givers: Schema.Array(AccountAddress),
    others: Schema.Array(ServedDocument)
  })
)
const isKind = (kind: string): kind is keyof typeof SEVERITIES => Object.hasOwn(SEVERITIES, kind)
const StoredFindings = Schema.Array(
  Schema.Struct({
    kind: Schema.String,
    severity: Schema.Literal("wrong", "missing"),
    validator: Schema.NullOr(AccountAddress),
    giver: Schema.NullOr(AccountAddress),
    text: Schema.String,
    proof: Schema.NullOr(Schema.Union(Equivocation, FalseReport))
  })
)

/** The result of an earlier audit. */
export interface EarlierAudit {
  readonly looks: number
  readonly facts: EpochState
  readonly served: ReadonlyArray<Served>
  readonly findings: ReadonlyArray<Finding>
  /** Validators proven to have signed two reports. */
  readonly proofs: ReadonlyMap<AccountAddress, Equivocation>
  /** Validators about whom there is nothing more to learn: their report counts and no other was served in their name, or no report of theirs can count. */
  readonly enough: ReadonlySet<AccountAddress>
}

/** Decodes a row that the program has written; a failure is a defect. */
const decoded =
  <A, I>(schema: Schema.Schema<A, I>) =>
  (rows: unknown) =>
    Effect.orDie(Schema.decodeUnknown(schema)(rows))

export const knownEpoch = Effect.fn("knownEpoch")(function* (epoch: number) {
  const sql = yield* SqlClient
  const [row] = yield* Effect.flatMap(sql`SELECT looks, facts FROM consensus_epochs WHERE epoch = ${epoch}`, decoded(StoredEpoch))
  if (row === undefined) return undefined
  const voters = yield* Effect.flatMap(
    sql`SELECT hotkey, committed, document, givers, others FROM consensus_voters WHERE epoch = ${epoch}`,
    decoded(StoredVoters)
  )
  const found = yield* Effect.flatMap(
    sql`SELECT kind, severity, validator, giver, text, proof FROM consensus_findings WHERE epoch = ${epoch} ORDER BY position`,
    decoded(StoredFindings)
  )
  // An earlier program may have written kinds that there are no more.
  const findings = found.flatMap(
    ({ kind, giver, proof, ...one }): ReadonlyArray<Finding> =>
      isKind(kind) ? [{ ...one, kind, ...(giver === null ? {} : { giver }), ...(proof === null ? {} : { proof }) }] : []
  )
  const doubted = new Set(findings.flatMap(({ giver, validator }) => (giver === undefined ? [] : [validator])))
  const known: EarlierAudit = {
    ...row,
    findings,
    proofs: new Map(
      findings.flatMap(
        ({ proof }): ReadonlyArray<readonly [AccountAddress, Equivocation]> =>
          proof === undefined || "rule" in proof ? [] : [[proof.signer, proof]]
      )
    ),
    served: voters.flatMap(({ hotkey, document, givers, others }) =>
      [...(document === null ? [] : [{ document, givers }]), ...others].flatMap(({ document: text, givers: from }) =>
        from.map((giver): Served => ({ of: hotkey, from: giver, text }))
      )
    ),
    enough: new Set(
      voters.flatMap(({ hotkey, committed, document, others }) =>
        committed === null || (document !== null && others.length === 0 && !doubted.has(hotkey)) ? [hotkey] : []
      )
    )
  }
  return known
})

const Epochs = Schema.Array(Schema.Struct({ epoch: Schema.Int }))

/** Epochs whose next audit is due at a block, newest first. */
export const dueEpochs = (at: number, most: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const rows = yield* sql`SELECT epoch FROM consensus_epochs WHERE next_look <= ${at} ORDER BY epoch DESC LIMIT ${most}`
    return (yield* decoded(Epochs)(rows)).map(({ epoch }) => epoch)
  })

/** Epochs from `newest` down to `oldest` that were never audited, newest first. */
export const missingEpochs = (newest: number, oldest: number, most: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const rows = yield* sql`
      SELECT epoch FROM generate_series(${newest}::bigint, ${oldest}::bigint, -1) AS epoch
      WHERE NOT EXISTS (SELECT FROM consensus_epochs AS known WHERE known.epoch = epoch.epoch) ORDER BY epoch DESC LIMIT ${most}`
    return (yield* decoded(Epochs)(rows)).map(({ epoch }) => epoch)
  })

/** Records that an epoch needs no more audits. */
export const closeEpoch = (epoch: number) =>
  Effect.flatMap(SqlClient, (sql) => sql`UPDATE consensus_epochs SET next_look = NULL WHERE epoch = ${epoch}`)
