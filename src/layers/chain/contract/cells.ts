/**
 * Reads many cells of the contract's raw storage in one request, by a standard Substrate RPC, and decodes them by the layout that every edition
 * keeps. A node without that RPC is asked for each cell by the runtime's own call. Fails if the contract's code reports no such edition.
 */
import { Array as Arrays, Effect, Either, Option, Ref, Schema } from "effect"
import { ATTESTING, attestationCells, countedAttestations, majorityIn } from "../../../contract-client/attested.ts"
import { byId, type Cell, cellOf, cellOfId, cells, collateralCell, ownKey, type Values, valuesOf } from "../../../contract-client/cells.ts"
import { UnreadableContractData } from "../../../contract-client/codec.ts"
import { editionNote, FIRST_EDITION } from "../../../contract-client/edition.ts"
import type { Electorate } from "../../../contract-client/generated.ts"
import {
  isOfRound,
  LISTED,
  outcomeCells,
  outcomeVotesIn,
  pairVotesIn,
  type Reading,
  type ReadingArguments,
  stepsOf
} from "../../../contract-client/readings.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { BlockReference } from "../node/BlockReference.ts"
import type { Chain } from "../node/Chain.ts"
import { newestBlock } from "../node/newestBlock.ts"
import { readMap } from "../node/storedMap.ts"
import type { EditionOf } from "./editions.ts"
import { ContractUnusable, NoContract, type ReadError } from "./errors.ts"
import type { Source } from "./Source.ts"

/** Keys in one request. The answer for 5,000 competitions is 3 MB; nodes allow 15 MB. */
const KEYS_PER_REQUEST = 5_000

const ContractInfo = Schema.Struct({ trieId: Schema.String, codeHash: Schema.String })
const decodeInfo = Schema.decodeUnknown(ContractInfo)
/** `Result<Option<Bytes>, ContractAccessError>` as JSON. */
const StoredValue = Schema.Union(Schema.Struct({ ok: Schema.NullOr(Schema.String) }), Schema.Struct({ err: Schema.String }))
const decodeValues = Schema.decodeUnknown(Schema.Array(Schema.NullOr(Schema.String)))

/** Cells asked for at once where each takes a request. */
const AT_ONCE = 8

/** A node without the request for many cells is asked for single ones until this many blocks later; then another one may have taken its place. */
const ONE_BY_ONE_BLOCKS = 300

/** The prefix of a child trie's key. */
const CHILD_PREFIX = Buffer.from(":child_storage:default:").toString("hex")

const ROOT = cellOf(cells.root)
const CONFIG = cellOf(cells.config)
const VALIDATORS = cellOf(cells.validators)
const CHANGES = cellOf(cells.changes)

/** Finds the contract's cells and reads them. */
const makeReader = Effect.fn("Contract.cellReader")(function* (chain: Chain["Type"], address: AccountAddress, editionOf: EditionOf) {
  /** The child trie's key and the block hash where it was found, while the layout of the contract's cells is known. */
  const trie = yield* Ref.make<Option.Option<{ readonly key: string; readonly seenAt: string }>>(Option.none())
  /** The block up to which cells are read one by one, because the node lacks the request for many. */
  const oneByOneUntil = yield* Ref.make(0)
  const other = (reason: string) => new ContractUnusable({ address, call: "storage", reason })
  const absent = new NoContract({ address, call: "storage" })
  const malformed = (reason: string) => new UnreadableContractData({ what: "the node's answer about the contract's storage", reason })

  /** The key of the contract's trie, its code and that code's edition at a block. */
  const placeAt = Effect.fn("Contract.placeAt")(function* (at: BlockReference) {
    const found = yield* readMap(chain, ["contracts", "contractInfoOf"], [[address]], at.hash)
    // A runtime from before contracts has none.
    if (found === undefined) return yield* absent
    const [place = null] = found
    if (place === null) return yield* absent
    const info = yield* decodeInfo(place).pipe(Effect.mapError(({ message }) => malformed(message)))
    const key = `0x${CHILD_PREFIX}${info.trieId.slice(2)}`
    return { key, codeHash: info.codeHash, edition: yield* editionOf(info.codeHash, at) }
  })

  /** Finds the key of the contract's trie at a block, and checks that its code is of an edition that keeps the layout of cells. */
  const locate = Effect.fn("Contract.locate")(function* (at: BlockReference) {
    const { key, codeHash, edition } = yield* placeAt(at)
    const isKnown = Option.exists(edition, (one) => one >= FIRST_EDITION)
    yield* Ref.set(trie, isKnown ? Option.some({ key, seenAt: at.hash }) : Option.none())
    return isKnown ? key : yield* other(`it runs other code, ${codeHash}`)
  })

  /** Values in the order of the cells, as 0x-hex. */
  const entriesOf = (key: string, wanted: ReadonlyArray<Cell<unknown>>, at: BlockReference) =>
    chain.request("cells of the contract", "childstate_getStorageEntries", [key, wanted.map((cell) => cell.key), at.hash]).pipe(
      Effect.flatMap(decodeValues),
      Effect.catchTag("ParseError", ({ message }) => malformed(message)),
      Effect.filterOrElse(
        ({ length }) => length === wanted.length,
        ({ length }) => malformed(`${length} values for ${wanted.length} keys`)
      )
    )

  const entryOf = (cell: Cell<unknown>, at: BlockReference) =>
    chain
      .readAt("cell of the contract", at.hash, async ({ call }) => {
        const method = call.contractsApi?.getStorage
        if (method === undefined) throw new Error("this chain has no ContractsApi")
        return (await method(address, ownKey(cell))).toJSON()
      })
      .pipe(
        Effect.flatMap(Schema.decodeUnknown(StoredValue)),
        Effect.catchTag("ParseError", ({ message }) => malformed(message)),
        Effect.flatMap((stored): Effect.Effect<string | null, NoContract | UnreadableContractData> => {
          if ("ok" in stored) return Effect.succeed(stored.ok)
          return stored.err === "DoesntExist" ? absent : malformed(stored.err)
        })
      )

  const valuesAt = Effect.fn("Contract.valuesAt")(function* (key: string, wanted: ReadonlyArray<Cell<unknown>>, at: BlockReference) {
    const each = Effect.forEach(wanted, (cell) => entryOf(cell, at), { concurrency: AT_ONCE })
    if (at.number < (yield* Ref.get(oneByOneUntil))) return yield* each
    return yield* Effect.catchTag(entriesOf(key, wanted, at), "ChainUnavailable", (error) =>
      /-32601|method not found|unsafe to be called/i.test(error.reason)
        ? Ref.set(oneByOneUntil, at.number + ONE_BY_ONE_BLOCKS).pipe(
            Effect.zipRight(Effect.logInfo("reading the contract cell by cell, which takes more requests", error.reason)),
            Effect.zipRight(each)
          )
        : Effect.fail(error)
    )
  })

  const readAt = Effect.fn("Contract.readCells")(function* (key: string, wanted: ReadonlyArray<Cell<unknown>>, at: BlockReference) {
    yield* Effect.annotateCurrentSpan({ cells: wanted.length, block: at.number })
    const pages = Arrays.chunksOf(wanted, KEYS_PER_REQUEST)
    const answers = yield* Effect.forEach(pages, (page) => Effect.map(valuesAt(key, page, at), (values) => [page, values] as const), {
      concurrency: 2
    })
    const found = new Map(
      answers.flatMap(([page, values]) =>
        page.flatMap((cell, index) => {
          const value = values[index] ?? null
          return value === null ? [] : [[cell.key, value] as const]
        })
      )
    )
    return valuesOf((key) => {
      const hex = found.get(key)
      return hex === undefined ? undefined : Uint8Array.fromHex(hex.slice(2))
    })
  })

  /** Reads the last located trie. `readChecked` checks the code with every head. */
  const read = Effect.fn("Contract.readLocated")(function* (wanted: ReadonlyArray<Cell<unknown>>, at: BlockReference) {
    const known = yield* Ref.get(trie)
    return yield* readAt(Option.isSome(known) ? known.value.key : yield* locate(at), wanted, at)
  })

  /** Reads, and concurrently checks that the layout is still known. */
  const readChecked = Effect.fn("Contract.readChecked")(function* (wanted: ReadonlyArray<Cell<unknown>>, at: BlockReference) {
    const known = yield* Ref.get(trie)
    if (Option.isNone(known)) return yield* readAt(yield* locate(at), wanted, at)
    if (known.value.seenAt === at.hash) return yield* readAt(known.value.key, wanted, at)
    const [key, values] = yield* Effect.all([locate(at), Effect.either(readAt(known.value.key, wanted, at))], { concurrency: 2 })
    return yield* key === known.value.key ? values : readAt(key, wanted, at)
  })

  return {
    read,
    readChecked,
    /** A notice about the contract's code at a block; null if it is this program's. */
    otherEdition: (at: BlockReference) =>
      Effect.map(placeAt(at), ({ codeHash, edition }) => editionNote(codeHash, Option.getOrUndefined(edition)))
  }
})

/** Decodes the values of a request. Bytes that cannot be decoded belong to another version of the contract. */
const decoding =
  <A>(decode: (values: Values) => A) =>
  (values: Values) =>
    Effect.try({
      try: () => decode(values),
      catch: (reason) => new UnreadableContractData({ what: "the contract's storage", reason: String(reason) })
    })

const issueCells = (ids: ReadonlyArray<number>) => ids.map((id) => cellOfId(cells.issues, id))
const competitionCells = (ids: ReadonlyArray<number>) => ids.map((id) => cellOfId(cells.competitions, id))
const presentValues = <Value>(values: Values, wanted: ReadonlyArray<Cell<Value>>) =>
  wanted.flatMap((cell) => Option.toArray(values.of(cell)))

export const make = Effect.fn("Contract.cells")(function* (
  chain: Chain["Type"],
  address: AccountAddress,
  electorateAt: (at: BlockReference) => Effect.Effect<Electorate, ReadError>,
  editionOf: EditionOf
) {
  const { read, readChecked, ...rest } = yield* makeReader(chain, address, editionOf)
  const source: Source = {
    head: (guess, at) => {
      const [issues, competitions] = [issueCells(guess.issues), competitionCells(guess.competitions)]
      return readChecked([ROOT, CONFIG, VALIDATORS, CHANGES, ...issues, ...competitions], at).pipe(
        Effect.flatMap(
          decoding((values) => {
            const { issueCount, competitionCount } = values.always(ROOT)
            // What a later edition lets wait keeps nobody from attesting, voting or settling.
            const read = Either.try(() => Option.getOrElse(values.of(CHANGES), () => []))
            const changes = Either.getOrElse(read, () => null)
            return {
              head: { config: values.always(CONFIG), validators: values.always(VALIDATORS), changes, issueCount, competitionCount },
              found: { issues: presentValues(values, issues), competitions: presentValues(values, competitions) }
            }
          })
        )
      )
    },
    more: (wanted, at) => {
      const [issues, competitions] = [issueCells(wanted.issues), competitionCells(wanted.competitions)]
      return read([...issues, ...competitions], at).pipe(
        Effect.flatMap(decoding((values) => ({ issues: presentValues(values, issues), competitions: presentValues(values, competitions) })))
      )
    },
    attestations: (issues, at) =>
      read([...ATTESTING, ...attestationCells(issues)], at).pipe(
        Effect.flatMap(decoding((values) => countedAttestations(issues, values, at.number)))
      ),
    attested: (issues, miners, at) => {
      const collateral = miners.map(([hotkey, coldkey]) => collateralCell(hotkey, coldkey))
      const nobody: Electorate = { validators: [], total: 0n, turnedAt: 0 }
      return Effect.all(
        [
          read([...ATTESTING, ...attestationCells(issues), ...collateral], at),
          issues.length === 0 ? Effect.succeed(nobody) : electorateAt(at)
        ],
        { concurrency: 2 }
      ).pipe(
        Effect.flatMap(([stored, electorate]) =>
          decoding((values: Values) => {
            return {
              majorities: new Map(
                [...countedAttestations(issues, values, at.number)].map(([id, entries]) => [id, majorityIn(entries, electorate)])
              ),
              collateral: collateral.map((cell) => Option.getOrElse(values.of(cell), () => ({ deposited: 0n, locked: 0n })))
            }
          })(stored)
        )
      )
    },
    pairVotes: (issues, at) => {
      const ballots = issues.map((id) => cellOfId(cells.pairBallots, id))
      return read([CONFIG, ...LISTED, ...ballots], at).pipe(
        Effect.flatMap(
          decoding((values) => {
            const isNow = isOfRound(at.number, values.always(CONFIG).roundLength)
            return new Map([...byId(issues, ballots, values)].map(([id, one]) => [id, isNow(one.round) ? pairVotesIn(one, values) : []]))
          })
        )
      )
    },
    outcomeVotes: (issues, at) =>
      read([...LISTED, ...issues.flatMap(outcomeCells)], at).pipe(
        Effect.flatMap(decoding((values) => new Map(issues.map((id) => [id, outcomeVotesIn(id, values)]))))
      )
  }

  /** Answers a reading, at the best block if none is given. */
  const stored = <Name extends Reading>(name: Name, args: ReadingArguments<Name>, given?: BlockReference) =>
    Effect.gen(function* () {
      const at = given ?? (yield* newestBlock(chain))
      const steps = stepsOf(name, args, at.number)
      let step = steps.next()
      while (step.done !== true)
        step = yield* Effect.flatMap(
          read(step.value, at),
          decoding((values) => steps.next(values))
        )
      return step.value
    }).pipe(Effect.withSpan("Contract.stored", { attributes: { name } }))
  return { source, stored, ...rest }
})
