/** The contract's complete state from its raw cells, and from the model, in one comparable form. */
import { HashMap, Option } from "effect"
import { vetoesOf } from "../../../../lab/contract-model/changes.ts"
import { pairVotesOf } from "../../../../lab/contract-model/competitions.ts"
import { keyOfClaim, wonOf } from "../../../../lab/contract-model/ending.ts"
import type { State } from "../../../../lab/contract-model/State.ts"
import { roundAt } from "../../../../lab/contract-model/Turn.ts"
import type { BareHex } from "../../../../lab/devnet/chain/codec/hex.ts"
import type { CellReader } from "../../../../src/contract-client/CellReader.ts"
import { cells, readCell } from "../../../../src/contract-client/cells.ts"
import type { Claim } from "../../../../src/contract-client/generated.ts"
import type { Fork } from "./fork.ts"
import { type Interface, type Place, ROOT } from "./interface.ts"

/** A field's values, keyed by text. A field without keys has a single entry "". */
type Field = ReadonlyMap<string, unknown>

const keyText = ({ field, key }: Place): string =>
  key === null ? "" : field === "claims" ? keyOfClaim(recordOf(key) as Claim) : Array.isArray(key) ? key.join("/") : String(key) // decoded claims

const readers = new Map<string, (from: CellReader) => unknown>(Object.entries(cells).map(([field, { read }]) => [field, read]))

/** Decodes a cell with the program's own reader and asserts that the metadata gives the same value. */
const readTwice = ({ field }: Place, bytes: Uint8Array, value: unknown): unknown => {
  const read = readers.get(field)
  if (read === undefined) throw new Error(`the program has no reader of ${field}`)
  const own = readCell({ read }, bytes)
  const isSame =
    field === ROOT
      ? Object.entries(recordOf(own)).every(([name, part]) => Bun.deepEquals(part, recordOf(value)[name]))
      : Bun.deepEquals(own, value)
  if (!isSame) throw new Error(`the program reads ${field} as ${JSON.stringify(own, bigints)}, and it is ${JSON.stringify(value, bigints)}`)
  return value
}

const bigints = (_: string, value: unknown) => (typeof value === "bigint" ? value.toString() : value)

/** The contract's decoded cells, updated with the changes of each message. */
export class Cells {
  private readonly fields = new Map<string, Map<string, unknown>>()

  constructor(
    private readonly face: Interface,
    private readonly fork: Fork
  ) {
    this.update(fork.cells())
  }

  update(changed: ReadonlyArray<BareHex>): void {
    for (const key of changed) {
      const place = this.face.placeOf(key)
      const bytes = this.fork.cell(key)
      const field = this.fields.get(place.field) ?? new Map<string, unknown>()
      this.fields.set(place.field, field)
      if (bytes === undefined) field.delete(keyText(place))
      else field.set(keyText(place), readTwice(place, bytes, this.face.decodeCell(place, bytes)))
    }
  }

  /** The same, decoded again from all cells. */
  afresh(): Cells {
    return new Cells(this.face, this.fork)
  }

  field(name: string): Field {
    return this.fields.get(name) ?? new Map()
  }

  /** A value in the root cell or in its own cell. */
  one(name: string): unknown {
    const root = this.field(ROOT).get("")
    const alone = this.field(name).get("")
    return alone === undefined ? recordOf(root)[name] : alone
  }

  /** The records of a mapping. */
  records(name: string): ReadonlyArray<Readonly<Record<string, unknown>>> {
    return [...this.field(name).values()].map(recordOf)
  }
}

export const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {} // members are looked at one by one

/** A number of the contract, of any width. */
export const amountOf = (value: unknown): bigint => (typeof value === "bigint" || typeof value === "number" ? BigInt(value) : 0n)

export const listOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

const tagOf = (value: unknown): unknown => recordOf(value)._tag

/** Entries in order of their keys, so that two maps compare as lists. */
const sorted = (entries: Iterable<readonly [string, unknown]>) =>
  [...entries].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))

const withoutZeros = (field: Field) => sorted([...field].filter(([, value]) => amountOf(value) !== 0n))

/** The state that still counts. Ballots of earlier rounds or of validators off the whitelist count as absent. */
interface Live {
  readonly block: number
  readonly round: number
  readonly isValidator: (account: unknown) => boolean
  readonly statusOf: (issue: string) => unknown
}

const liveList = (list: ReadonlyArray<unknown>, live: Live) => list.filter((entry) => live.isValidator(recordOf(entry).validator))

/** The contract's effective state at this block. */
export const stateOfCells = (cells: Cells, block: number): unknown => {
  const config = recordOf(cells.one("config"))
  const whitelist = new Set(listOf(cells.one("validators")).map((validator) => recordOf(validator).hotkey))
  const statuses = new Map([...cells.field("issues")].map(([id, issue]) => [id, tagOf(recordOf(issue).status)]))
  const live: Live = {
    block,
    round: Math.floor(block / Number(config.roundLength)),
    isValidator: (account) => whitelist.has(account),
    statusOf: (issue) => statuses.get(issue)
  }
  const open = (field: string) => [...cells.field(field)].filter(([id]) => live.statusOf(id) === "Open")
  const current = { number: live.round, from: live.round * Number(config.roundLength) }
  const ofRound = (value: unknown) => (Bun.deepEquals(recordOf(value).round, current) ? recordOf(value) : {})
  const notEmpty = (entries: ReadonlyArray<readonly [string, ReadonlyArray<unknown>]>) =>
    sorted(entries.filter(([, list]) => list.length > 0))
  return {
    root: {
      owner: cells.one("owner"),
      issueCount: cells.one("issueCount"),
      competitionCount: cells.one("competitionCount"),
      nextToFund: cells.one("nextToFund"),
      allocated: cells.one("allocated"),
      fresh: cells.one("fresh"),
      aged: cells.one("aged"),
      agedAt: cells.one("agedAt"),
      collateral: cells.one("collateral"),
      paid: cells.one("paid"),
      recycled: cells.one("recycled"),
      slashed: cells.one("slashed"),
      registration: cells.one("registration"),
      won: cells.one("won"),
      woundUpAt: cells.one("woundUpAt"),
      endShown: cells.one("endShown") ?? null,
      collected: cells.one("collected"),
      claimed: cells.one("claimed")
    },
    claims: sorted(cells.field("claims")),
    restTo: cells.one("restTo") ?? null,
    config,
    validators: cells.one("validators"),
    listings: listOf(cells.one("listings")),
    turnedAt: cells.one("turnedAt"),
    payees: sorted(cells.field("payees")),
    paused: cells.one("paused"),
    offer: cells.one("offer"),
    issues: sorted(cells.field("issues")),
    openReferences: [...cells.field("openReferences").values()].map(Number).sort((a, b) => a - b),
    competitions: sorted(cells.field("competitions")),
    competitionsOf: withoutZeros(cells.field("competitionCounts")),
    competitionsByMiner: sorted(cells.field("competitionsByMiner")),
    running: withoutZeros(cells.field("runningCounts")),
    attestations: notEmpty(open("attestations").map(([id, value]) => [id, listOf(value)])),
    renewals: listOf(cells.one("renewals")),
    pairBallots: notEmpty(open("pairBallots").map(([id, value]) => [id, liveList(listOf(ofRound(value).votes), live)])),
    outcomeBallots: notEmpty([...cells.field("outcomeBallots")].map(([id, votes]) => [id, liveList(listOf(votes), live)])),
    casts: notEmpty([...cells.field("casts")].map(([id, casts]) => [id, listOf(casts)])),
    changeCount: cells.one("changeCount"),
    waiting: listOf(cells.one("changes")),
    announcedCode: cells.one("code") ?? null,
    vetoes: notEmpty(
      listOf(cells.one("changes")).map((change) => {
        const id = String(recordOf(change).id)
        return [id, listOf(cells.field("vetoes").get(id)).filter((voter) => live.isValidator(voter))]
      })
    ),
    collaterals: sorted(cells.field("collaterals")).filter(([, value]) => !isNothing(value))
  }
}

const entriesOf = <Key, Value, Shown>(map: HashMap.HashMap<Key, Value>, show: (value: Value) => Shown) =>
  sorted([...HashMap.entries(map)].map(([key, value]) => [String(key), show(value)] as const))

/** Whether all amounts are 0, which counts as absent. */
const isNothing = (value: unknown): boolean => Object.values(recordOf(value)).every((amount) => amountOf(amount) === 0n)

const notEmptyLists = (entries: ReadonlyArray<readonly [string, unknown]>) => entries.filter(([, list]) => listOf(list).length > 0)

const same = <Value>(value: Value) => value

const filled = <Value>(map: HashMap.HashMap<number, ReadonlyArray<Value>>) =>
  entriesOf(
    HashMap.filter(map, (list) => list.length > 0),
    same
  )

/** The model's state in the same form. */
export const stateOfModel = (state: State, block: number): unknown => {
  const round = roundAt(state, block)
  const isValidator = (account: string) => state.validators.some(({ hotkey }) => hotkey === account)
  const statusOf = (id: number) => Option.getOrUndefined(HashMap.get(state.issues, id))?.status._tag
  const open = <Value>(map: HashMap.HashMap<number, Value>) => HashMap.filter(map, (_, id) => statusOf(id) === "Open")
  return {
    root: {
      owner: state.owner,
      issueCount: state.issueCount,
      competitionCount: state.competitionCount,
      nextToFund: state.nextToFund,
      allocated: state.allocated,
      fresh: state.fresh,
      aged: state.aged,
      agedAt: state.agedAt,
      collateral: state.collateral,
      paid: state.paid,
      recycled: state.recycled,
      slashed: state.slashed,
      registration: state.registration,
      won: wonOf(state),
      woundUpAt: state.woundUpAt,
      endShown: state.endShown,
      collected: state.collected,
      claimed: state.claimed
    },
    claims: entriesOf(state.claims, same),
    restTo: state.restTo,
    config: state.config,
    validators: state.validators,
    listings: state.listings,
    turnedAt: state.turnedAt,
    payees: entriesOf(state.payees, same),
    paused: state.paused,
    offer: state.offer,
    issues: entriesOf(state.issues, same),
    openReferences: [...HashMap.values(state.openReferences)].sort((a, b) => a - b),
    competitions: entriesOf(state.competitions, same),
    competitionsOf: entriesOf(state.competitionsOf, (ids) => ids.length),
    competitionsByMiner: sorted(
      [...HashMap.entries(state.competitionsOf)].flatMap(([miner, ids]) => ids.map((id, index) => [`${miner}/${index}`, id] as const))
    ),
    running: entriesOf(state.running, same),
    attestations: filled(open(state.attestations)),
    renewals: state.renewals,
    pairBallots: filled(
      HashMap.map(open(state.pairBallots), (_, id) => pairVotesOf(state, id, round).filter(({ validator }) => isValidator(validator)))
    ),
    outcomeBallots: filled(HashMap.map(state.outcomeBallots, (votes) => votes.filter((vote) => isValidator(vote.validator)))),
    casts: filled(state.casts),
    changeCount: state.changeCount,
    waiting: state.waiting,
    announcedCode: state.announcedCode,
    vetoes: notEmptyLists(sorted(state.waiting.map(({ id }) => [String(id), vetoesOf(state, id).filter(isValidator)]))),
    collaterals: entriesOf(state.collaterals, same).filter(([, value]) => !isNothing(value))
  }
}
