/** The roster signer's work: signs a version of the roster, commits to it on chain, and checks the files and mirrors that serve it. */
import { open, readFile, rename } from "node:fs/promises"
import { Effect, Either, Option, Schema } from "effect"
import type { Change } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import type { Emission } from "../../domain/Emission.ts"
import { OperationFailed } from "../../domain/failures.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { messageOf, whyUnread } from "../../domain/messageOf.ts"
import type { RosterDocument } from "../../domain/Roster.ts"
import {
  hashOfRosterBody,
  type RosterCommitment,
  RosterCommitmentText,
  rosterBody,
  type SignedRoster,
  signedRoster
} from "../../domain/SignedRoster.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import { type CommittedRoster, committedRosterAt, rosterCommittedBy, rosterOfEpoch } from "../../layers/chain/roster/committedRoster.ts"
import { isMirror, shownMirror } from "../../layers/chain/roster/mirrorAddress.ts"
import { fetchFromMirror } from "../../layers/chain/roster/mirrors.ts"
import { RosterSigner } from "../../layers/chain/roster/RosterSigner.ts"
import { nextEpoch } from "../../layers/chain/subnet/hyperparameters.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { type Expected, recognise } from "../../rules/contributions/servedRoster.ts"

const notTheSigner = (netuid: number, signer: string, hotkey: string) =>
  new OperationFailed({
    message: `${signer} signs the rosters of subnet ${netuid}, not ${hotkey}: choose it with --wallet and --hotkey; the contract's owner can name another (gittensor owner config set roster-signer=…)`
  })

/** Whether the signer is already committed to exactly this version. Fails if this version may not follow the one on chain. */
const isCommitted = ({ version, sha256 }: RosterCommitment, { committed }: CommittedRoster) =>
  Effect.gen(function* () {
    if (committed === undefined || version > committed.version) return false
    if (version === committed.version && sha256 === committed.sha256) return true
    return yield* new OperationFailed({
      message: `version ${version} is ${version === committed.version ? "already on the chain with other content" : `not above version ${committed.version}, which is on the chain`}: sign this roster as version ${committed.version + 1}`
    })
  })

const names = (what: Change, hotkey: AccountAddress): boolean =>
  what._tag === "Config" && what.value.some((setting) => setting._tag === "RosterSigner" && setting.value === hotkey)

/**
 * The signer's commitment at the finalised head. Fails for a key other than the signer's. A key that an announced change names as signer may sign before the
 * change applies, so that its roster exists when the change takes effect.
 */
const asSigner = Effect.fn("owner.asSigner")(function* (hotkey: AccountAddress) {
  const [{ finalisedHead }, { netuid }, contract, signer] = yield* Effect.all([Chain, Subnet, Contract, RosterSigner])
  const head = yield* finalisedHead
  const present = yield* signer.at(head)
  if (present.hotkey !== hotkey && !(yield* contract.stored("announced", {}, head)).some(({ what }) => names(what, hotkey)))
    return yield* notTheSigner(netuid, present.hotkey, hotkey)
  return { head, ...(yield* rosterCommittedBy(hotkey, head)) }
})

/** Signs a roster. The version defaults to the next one. */
export const signRoster = Effect.fn("owner.signRoster")(function* (hotkey: KeyPair, roster: RosterDocument, asked: number | undefined) {
  const [{ genesisHash }, { netuid }] = yield* Effect.all([Chain, Subnet])
  const found = yield* asSigner(hotkey.address)
  const version = asked ?? (found.committed?.version ?? 0) + 1
  const body = rosterBody(roster, { genesis: genesisHash, netuid, owner: hotkey.address, version })
  const sha256 = hashOfRosterBody(body)
  yield* isCommitted({ version, sha256 }, found)
  return { signed: signedRoster.sign(body, hotkey), sha256 }
})

const decodeSigned = Schema.decodeUnknownEither(signedRoster.Text)
const encodeSigned = Schema.encodeSync(signedRoster.Text)

/** Writes a signed roster atomically. Fails if the file contains a different roster of the same version. */
export const writeSignedRoster = Effect.fn("owner.writeSignedRoster")(function* (file: string, signed: SignedRoster) {
  const before = yield* Effect.option(Effect.tryPromise(() => readFile(file, "utf8")))
  if (before._tag === "Some") {
    const other = decodeSigned(before.value.trimEnd())
    const { version } = signed.body
    if (
      Either.isRight(other) &&
      other.right.body.version === version &&
      hashOfRosterBody(other.right.body) !== hashOfRosterBody(signed.body)
    )
      return yield* new OperationFailed({
        message: `${file} is already a signed roster of version ${version} with other content, and signing two of one version would count as equivocation: choose another --roster-version`
      })
  }
  yield* Effect.tryPromise({
    try: async () => {
      const unfinished = `${file}.${crypto.randomUUID()}.unfinished`
      const handle = await open(unfinished, "wx", 0o644)
      try {
        await handle.writeFile(`${encodeSigned(signed)}\n`)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(unfinished, file)
    },
    catch: (cause) => new OperationFailed({ message: `the signed roster cannot be written to ${file}: ${messageOf(cause)}` })
  })
})

const writeText = Schema.encodeSync(RosterCommitmentText)

/** Checks that the signer may commit to a signed roster next. `already`: the signer is already committed to it. */
export const checkRoster = Effect.fn("owner.checkRoster")(function* (hotkey: AccountAddress, { body }: SignedRoster) {
  const [{ genesisHash }, { netuid }] = yield* Effect.all([Chain, Subnet])
  const found = yield* asSigner(hotkey)
  if (body.genesis !== genesisHash || body.netuid !== netuid)
    return yield* new OperationFailed({
      message: `the roster is signed for subnet ${body.netuid} of the chain ${body.genesis}, not for this one: sign it again with this --endpoint and --netuid`
    })
  if (body.owner !== hotkey) return yield* notTheSigner(netuid, body.owner, hotkey)
  const commitment = { version: body.version, sha256: hashOfRosterBody(body) }
  return {
    ...commitment,
    text: writeText(commitment),
    before: found.committed,
    already: yield* isCommitted(commitment, found),
    block: found.block,
    nextEpoch: yield* nextEpoch(found.head)
  }
})

/** Commits to a checked roster. `inclusion` is null if another process has committed to it in the meantime. */
export const commitToRoster = Effect.fn("owner.commitToRoster")(function* (hotkey: KeyPair, roster: RosterCommitment) {
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const inclusion = yield* subnet.setCommitment(hotkey, { _tag: "Roster", roster })
  return { inclusion, nextEpoch: yield* Effect.flatMap(chain.finalisedHead, nextEpoch) }
})

/** The roster in one file or at one mirror. */
export interface RosterSource {
  /** The file's path, or the mirror's URL without secrets. */
  readonly source: string
  readonly version: number | null
  readonly sha256: string | null
  /** The roster's emission pools, if the signer signed it. */
  readonly emission: Emission | null
  /** Names of the roster's repositories, if the signer signed it. */
  readonly repositories: ReadonlyArray<string>
  /** Whether it is the roster that the signer is committed to. */
  readonly agrees: boolean
  /** Why it does not agree. */
  readonly problem: string | null
}

const textFrom = (source: string): Effect.Effect<string, { readonly message: string }> =>
  isMirror(source)
    ? fetchFromMirror(source)
    : Effect.tryPromise({
        try: () => readFile(source, "utf8"),
        catch: (cause) => ({ message: whyUnread(cause) })
      })

const unread = (problem: string): Omit<RosterSource, "source"> => ({
  version: null,
  sha256: null,
  emission: null,
  repositories: [],
  agrees: false,
  problem
})

const lookAtSource = (source: string, expected: Expected): Effect.Effect<RosterSource> =>
  textFrom(source).pipe(
    Effect.map((text): Omit<RosterSource, "source"> => {
      const served = recognise(text, expected)
      if (served._tag === "not-by-signer") return unread(served.why)
      const { version, sha256 } = served.signed
      const roster = Option.map(Either.getRight(decodeSigned(text.trimEnd())), ({ body }) => body.roster)
      return {
        version,
        sha256,
        emission: Option.getOrNull(Option.map(roster, (of) => of.emission)),
        repositories: Option.match(roster, { onNone: () => [], onSome: (of) => Object.keys(of.repositories) }),
        agrees: served._tag === "committed",
        problem: problemOf(served._tag, expected.committed)
      }
    }),
    Effect.catchAll(({ message }) => Effect.succeed(unread(message))),
    Effect.map((found) => ({ source: isMirror(source) ? shownMirror(source) : source, ...found }))
  )

const problemOf = (found: "committed" | "other-version" | "other-bytes", committed: RosterCommitment | undefined): string | null => {
  if (found === "committed") return null
  if (found === "other-bytes") return "the signer signed this version too, with other content: it contradicts the one on the chain"
  return committed === undefined ? "the signer is committed to no roster" : `the signer is committed to version ${committed.version}`
}

/** The roster on chain at the finalised head, compared with these files and mirrors. */
export const surveyRoster = Effect.fn("owner.surveyRoster")(function* (sources: ReadonlyArray<string>) {
  const [chain, subnet] = yield* Effect.all([Chain, Subnet])
  const head = yield* chain.finalisedHead
  const [{ signer, committed, block }, next, epoch] = yield* Effect.all([committedRosterAt(head), nextEpoch(head), subnet.epochAt(head)], {
    concurrency: 3
  })
  // A node that is no archive node may have pruned that block's state.
  const applies = yield* Effect.option(rosterOfEpoch(epoch.firstBlock, head))
  const expected = { genesis: chain.genesisHash, netuid: subnet.netuid, signer, committed }
  return {
    netuid: subnet.netuid,
    block: head.number,
    signer,
    /** The signer's commitment, and the block in which it was last written. */
    committed: committed === undefined || block === undefined ? null : { ...committed, block },
    /** The current epoch and the roster that scores it; null: the node has pruned the state. */
    epoch: { index: epoch.index, firstBlock: epoch.firstBlock, roster: Option.getOrNull(applies)?.committed ?? null },
    nextEpoch: next,
    sources: yield* Effect.forEach(sources, (source) => lookAtSource(source, expected), { concurrency: "unbounded" })
  }
})
export type RosterSurvey = Effect.Effect.Success<ReturnType<typeof surveyRoster>>
