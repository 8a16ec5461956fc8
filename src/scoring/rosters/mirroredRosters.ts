/**
 * Rosters from mirrors, by their signer's commitments. The state before an epoch's first block decides the epoch's roster; mirrors and the archive
 * only supply its bytes. If no mirror serves a committed roster, the one before it stays in use, with a concern.
 */
import { Deferred, Effect, Either, Layer, Ref, Schema } from "effect"
import type { Epoch } from "../../domain/Epoch.ts"
import { equivocationOf } from "../../domain/Equivocation.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import { type RosterCommitment, rosterStatement, type SignedRoster, signedRoster } from "../../domain/SignedRoster.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { type CommittedRoster, committedRosterAt, rosterOfEpoch } from "../../layers/chain/roster/committedRoster.ts"
import { shownMirror } from "../../layers/chain/roster/mirrorAddress.ts"
import { fetchFromMirror, type MirrorFailure } from "../../layers/chain/roster/mirrors.ts"
import { identifiedRoster, type Roster } from "../../layers/chain/roster/Roster.ts"
import type { RosterSigner } from "../../layers/chain/roster/RosterSigner.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { resultOf } from "../../layers/machine/effects/resultOf.ts"
import { count, set } from "../../layers/machine/telemetry/metrics.ts"
import { RosterArchive } from "../../layers/storage/dataFolder/RosterArchive.ts"
import { epochBlocksOf } from "../../rules/consensus/epochBlocks.ts"
import { recognise } from "../../rules/contributions/servedRoster.ts"
import { noConcerns, type RosterConcerns, RosterMissing, Rosters, refusalsAt, type ScoredEpoch } from "./Rosters.ts"

/** The kind of one mirror's answer. */
type Outcome = "good" | MirrorFailure | "not-by-signer" | "older" | "newer" | "contradicting" | "unreadable"

interface Answer {
  readonly mirror: string
  readonly outcome: Outcome
  readonly why: string
}

/** A roster that the signer is committed to. */
interface WantedRoster extends RosterCommitment {
  readonly signer: CommittedRoster["signer"]
}

const decode = Schema.decodeEither(signedRoster.Text)

/** Checks of the mirrors in each epoch: one every six minutes on the main network. */
const LOOKS_PER_EPOCH = 12

/** Mirrors are asked again until block E + D1/2, so that half of D1 is left to score by the previous roster and to commit in time. */
const isYoung = ({ firstBlock, head, tempo }: ScoredEpoch): boolean => head.number < epochBlocksOf(firstBlock, tempo).mirrors

const shortHash = (sha256: string): string => `${sha256.slice(0, 8)}…`
const versionText = ({ version, sha256 }: RosterCommitment): string => `version ${version} of the roster (sha256 ${shortHash(sha256)})`

/** Asks all mirrors concurrently. The first good answer counts; the others are still examined. */
const makeAsk = Effect.fn("makeAsk")(function* (mirrors: ReadonlyArray<string>) {
  const [chain, subnet, archive] = yield* Effect.all([Chain, Subnet, RosterArchive])
  const scope = yield* Effect.scope

  const taken = Effect.fn("takenRoster")(function* (
    text: string,
    { signer, ...committed }: WantedRoster,
    found: Deferred.Deferred<SignedRoster>
  ) {
    const served = recognise(text, { genesis: chain.genesisHash, netuid: subnet.netuid, signer, committed })
    if (served._tag === "not-by-signer") return ["not-by-signer", served.why] as const
    const { version } = served.signed
    yield* archive.noteSigned(signer, version, served.signed)
    if (served._tag === "other-bytes") return ["contradicting", `it serves another version ${version} that the signer signed too`] as const
    if (served._tag === "other-version") return [version < committed.version ? "older" : "newer", `it serves version ${version}`] as const
    const roster = decode(text.trimEnd())
    if (roster._tag === "Left")
      return ["unreadable", `this program can't read it (${problemOf(roster.left)}): is there a newer one?`] as const
    yield* archive.keep(roster.right)
    yield* Deferred.succeed(found, roster.right)
    return ["good", ""] as const
  })

  const askOne = (mirror: string, wanted: WantedRoster, found: Deferred.Deferred<SignedRoster>) =>
    fetchFromMirror(mirror).pipe(
      Effect.flatMap((text) => taken(text, wanted, found)),
      Effect.catchTag("MirrorFailed", ({ failure, detail }) => Effect.succeed([failure, detail] as const)),
      Effect.map(([outcome, why]): Answer => ({ mirror: shownMirror(mirror), outcome, why })),
      Effect.tap(({ outcome }) => count("gittensor_roster_answers_total", { result: outcome })),
      Effect.tap(({ mirror, outcome, why }) =>
        outcome === "good" ? Effect.void : Effect.logInfo(`the mirror ${mirror} does not serve ${versionText(wanted)}: ${why}`)
      )
    )

  return Effect.fn("Rosters.ask")(function* (wanted: WantedRoster) {
    const found = yield* Deferred.make<SignedRoster>()
    const all = yield* Effect.forkIn(
      Effect.forEach(mirrors, (mirror) => askOne(mirror, wanted, found), { concurrency: "unbounded" }),
      scope
    )
    return { found, all: resultOf(all) }
  })
})

const whyNot = (answers: ReadonlyArray<Answer>): string => answers.map(({ mirror, why }) => `${mirror}: ${why}`).join("; ")

/** The services for deciding rosters, and the state between checks. */
const findDependencies = Effect.fn("Rosters.dependencies")(function* (mirrors: ReadonlyArray<string>) {
  const [chain, subnet, archive] = yield* Effect.all([Chain, Subnet, RosterArchive])
  return {
    chain,
    subnet,
    archive,
    ask: yield* makeAsk(mirrors),
    /** The epoch in which mirrors were last asked, whether or not anything was missing. */
    askedIn: yield* Ref.make(-1),
    nextLook: yield* Ref.make(0),
    /** Versions signed twice whose proof is logged. */
    proven: yield* Ref.make<ReadonlyArray<number>>([]),
    ready: yield* Ref.make<Roster["Type"] | undefined>(undefined)
  }
})
type Dependencies = Effect.Effect.Success<ReturnType<typeof findDependencies>>

/** Returns the same value while the roster is the same: caches compare its rules by identity. */
const valueOf = ({ ready }: Dependencies, { body }: SignedRoster, sha256: string) =>
  Ref.modify(ready, (before) => {
    const value = before?.sha256 === sha256 ? before : identifiedRoster(body.roster, sha256)
    return [value, value]
  })

/** The roster in the archive, if it is of this signer and this subnet. */
const keptOf = ({ chain, subnet, archive }: Dependencies, { signer, sha256 }: WantedRoster) =>
  Effect.map(archive.find(sha256), (roster) =>
    roster?.body.owner === signer && roster.body.genesis === chain.genesisHash && roster.body.netuid === subnet.netuid ? roster : undefined
  )

/** A roster from the archive, or else from the first mirror that has it. Left: the answers of all mirrors. */
const obtain = Effect.fn("Rosters.obtain")(function* (dependencies: Dependencies, wanted: WantedRoster) {
  const kept = yield* keptOf(dependencies, wanted)
  if (kept !== undefined) return Either.right(kept)
  const { found, all } = yield* dependencies.ask(wanted)
  const none = Effect.filterOrElse(
    all,
    (answers) => !answers.some(({ outcome }) => outcome === "good"),
    () => Effect.never
  )
  return yield* Effect.raceFirst(
    Effect.map(Deferred.await(found), (roster) => Either.right(roster)),
    Effect.map(none, (answers) => Either.left(whyNot(answers)))
  )
})

const decide = Effect.fn("Rosters.fresh")(function* (dependencies: Dependencies, epoch: ScoredEpoch) {
  const { archive } = dependencies
  const { signer, committed } = yield* rosterOfEpoch(epoch.firstBlock, epoch.head)
  const got = committed === undefined ? Either.left("") : yield* obtain(dependencies, { signer, ...committed })
  if (committed !== undefined && Either.isRight(got)) {
    yield* archive.decide(epoch.firstBlock, { sha256: committed.sha256, concern: null })
    return yield* valueOf(dependencies, got.right, committed.sha256)
  }
  const why =
    committed === undefined
      ? `the roster's signer, ${signer}, was committed to none`
      : `${versionText(committed)} cannot be obtained: ${Either.merge(got)}`
  const missing = (more: string) => new RosterMissing({ firstBlock: epoch.firstBlock, why: `${why}${more}` })
  if (isYoung(epoch)) return yield* missing("; it is looked for again before the roster of earlier epochs is used")
  const before = yield* archive.decidedBefore(epoch.firstBlock)
  const earlier = before === undefined ? undefined : yield* archive.find(before.sha256)
  if (before === undefined || earlier === undefined) return yield* missing(", and there is no earlier one")
  yield* archive.decide(epoch.firstBlock, {
    sha256: before.sha256,
    concern: `the epoch that began at block ${epoch.firstBlock} is scored by ${versionText({ ...before, version: earlier.body.version })}, because ${why}`
  })
  return yield* valueOf(dependencies, earlier, before.sha256)
})

const rosterAt = Effect.fn("Rosters.at")(function* (dependencies: Dependencies, epoch: ScoredEpoch) {
  const { archive } = dependencies
  const decided = yield* archive.decided(epoch.firstBlock)
  const roster = decided === undefined ? undefined : yield* archive.find(decided.sha256)
  return decided === undefined || roster === undefined
    ? yield* decide(dependencies, epoch)
    : yield* valueOf(dependencies, roster, decided.sha256)
})

/** The versions that the signer signed twice and has not replaced by a later one, in words. The proof of each version is logged once. */
const signedTwice = Effect.fn("Rosters.signedTwice")(function* (
  { chain, subnet, archive, proven }: Dependencies,
  { signer, committed }: CommittedRoster
) {
  const found = yield* archive.contradictions(signer)
  yield* set("gittensor_roster_contradictions", found.length)
  for (const [version, one, other] of found) {
    if ((yield* Ref.get(proven)).includes(version)) continue
    yield* Ref.update(proven, (versions) => [...versions, version])
    const proof = equivocationOf(rosterStatement({ genesis: chain.genesisHash, netuid: subnet.netuid, owner: signer, version }), one, other)
    yield* Effect.logWarning(
      `the roster's signer signed two rosters as version ${version}, and this proves it: ask the signer to publish a higher version`
    ).pipe(Effect.annotateLogs({ proof: JSON.stringify(proof) }))
  }
  const text = found
    .filter(([version]) => version >= (committed?.version ?? 0))
    .map(([version, one, other]) => `version ${version} (sha256 ${shortHash(one.sha256)} and ${shortHash(other.sha256)})`)
    .join(", ")
  return text === "" ? null : `the roster's signer signed two different rosters as ${text}`
})

/** The concern about the signer's present commitment; null if there is none. Asks the mirrors if the commitment is new, and once an epoch. */
const presentConcern = Effect.fn("Rosters.presentConcern")(function* (
  dependencies: Dependencies,
  { signer, committed }: CommittedRoster,
  epoch: Epoch
) {
  const { archive, ask, askedIn } = dependencies
  if (committed === undefined) return `the roster's signer, ${signer}, is committed to no roster`
  const wanted = { signer, ...committed }
  const isKept = (yield* keptOf(dependencies, wanted)) !== undefined
  if (!isKept || (yield* Ref.get(askedIn)) !== epoch.index) {
    yield* Ref.set(askedIn, epoch.index)
    const answers = yield* Effect.flatMap(ask(wanted), ({ all }) => all)
    if (!isKept && !answers.some(({ outcome }) => outcome === "good"))
      return `${versionText(committed)}, to which the roster's signer is committed, cannot be obtained: ${whyNot(answers)}`
  }
  const last = yield* archive.decidedBefore(epoch.firstBlock + 1)
  const body = last === undefined ? undefined : (yield* archive.find(last.sha256))?.body
  // Each signer counts its own versions.
  const version = body?.owner === signer ? body.version : 0
  return version > committed.version
    ? `the roster's signer went back from version ${version} of the roster to version ${committed.version}`
    : null
})

const lookAt = Effect.fn("Rosters.look")(function* (dependencies: Dependencies, head: BlockReference) {
  const { subnet, archive, nextLook } = dependencies
  const [epoch, { tempo }] = yield* Effect.all([subnet.epochAt(head), subnet.weightRules(head)], { concurrency: 2 })
  const found = yield* committedRosterAt(head)
  const committed = yield* presentConcern(dependencies, found, epoch)
  const inUse = (yield* archive.decided(epoch.firstBlock))?.concern ?? null
  yield* Ref.set(nextLook, head.number + Math.max(1, Math.floor(tempo / LOOKS_PER_EPOCH)))
  return { committed, inUse, signer: yield* signedTwice(dependencies, found) } satisfies RosterConcerns
})

const make = Effect.fn("Rosters.mirrored")(function* (mirrors: ReadonlyArray<string>) {
  const dependencies = yield* findDependencies(mirrors)
  const services = yield* Effect.context<Chain | RosterSigner | Subnet>()
  const concerns = yield* Ref.make<RosterConcerns>(noConcerns)
  return Rosters.of({
    at: (epoch) => Effect.provide(rosterAt(dependencies, epoch), services),
    inForce: ({ firstBlock, head }) =>
      Effect.map(Effect.provide(rosterOfEpoch(firstBlock, head), services), ({ committed }) => committed?.sha256),
    named: (sha256) =>
      Effect.flatMap(dependencies.archive.find(sha256), (found) =>
        found === undefined ? Effect.succeed(undefined) : valueOf(dependencies, found, sha256)
      ),
    look: (head) =>
      Effect.gen(function* () {
        if (head.number >= (yield* Ref.get(dependencies.nextLook)))
          yield* Ref.set(concerns, yield* Effect.provide(lookAt(dependencies, head), services))
        return yield* Ref.get(concerns)
      }),
    refusals: (head) =>
      Effect.gen(function* () {
        const last = yield* dependencies.archive.decidedBefore(head.number + 1)
        const roster = last === undefined ? undefined : yield* dependencies.archive.find(last.sha256)
        return roster === undefined ? [] : yield* Effect.provide(refusalsAt(roster.body.roster, head), services)
      })
  })
})

/** Rosters from these mirrors. Nothing is fetched before it is needed. */
export const layerMirrored = (mirrors: ReadonlyArray<string>): Layer.Layer<Rosters, never, Chain | RosterSigner | Subnet | RosterArchive> =>
  Layer.scoped(Rosters, make(mirrors))
