/** Runs all checks within the time limit, even if some hang. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { type Context, Deferred, type Duration, Effect, Either, Layer, Option, Scope } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { neuronOf } from "../../domain/Metagraph.ts"
import * as PeerReports from "../../layers/chain/axon/reports/PeerReports.ts"
import * as Contract from "../../layers/chain/contract/Contract.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import * as RosterSigner from "../../layers/chain/roster/RosterSigner.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { Wallet } from "../../layers/chain/wallet/Wallet.ts"
import * as GitHubAccounts from "../../layers/github/accounts/GitHubAccounts.ts"
import * as GitHub from "../../layers/github/GitHub.ts"
import * as Confined from "../../layers/machine/confined/chosen.ts"
import { cachedOutcome } from "../../layers/machine/effects/cachedOutcome.ts"
import { chainLayer, type Network } from "../shared/chainServices.ts"
import { walletLayer } from "../shared/keys.ts"
import type { DatabaseOptions, KeyOptions } from "../shared/options.ts"
import type { RosterSource } from "../shared/rosterSource.ts"
import { type CheckResult, check, report, skipped, TimeLimit } from "./Check.ts"
import * as OnChain from "./chain.ts"
import { consensusResult } from "./consensus.ts"
import { diskResult } from "./disk.ts"
import { clockResult, endpointResult, type Probed, probeAt } from "./endpoints.ts"
import { gitHubFindings, linkResult } from "./gitHub.ts"
import { type HealthAddress, healthResult } from "./health.ts"
import { measuringMachine } from "./machine.ts"
import { ownersResult } from "./owners.ts"
import { axonResult, validatorsResult } from "./reach.ts"
import type { Role } from "./roles.ts"
import { withRootCauses } from "./rootCauses.ts"
import { noRoster, repositoriesOf, rosterResult } from "./roster.ts"
import { boxResult } from "./sandbox.ts"
import { walletResult } from "./wallet.ts"

export interface DoctorOptions extends HealthAddress {
  readonly role: Option.Option<Role>
  readonly network: Network
  readonly contract: Option.Option<AccountAddress>
  readonly key: KeyOptions
  /** The validator's `--roster`. */
  readonly roster: Option.Option<RosterSource>
  readonly database: DatabaseOptions
  /** For the whole run, from the start of the process. */
  readonly limit: Duration.Duration
  readonly json: boolean
}

/** Probes all endpoints concurrently, and picks the first with a good answer. */
const startProbes = (urls: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const firstGood = yield* Deferred.make<Option.Option<string>>()
    const probes = yield* Effect.forEach(
      urls,
      (url) =>
        probeAt(url).pipe(
          Effect.tap(({ outcome }) => (Either.isRight(outcome) ? Deferred.succeed(firstGood, Option.some(url)) : Effect.void))
        ),
      { concurrency: "unbounded" }
    ).pipe(
      Effect.tap(() => Deferred.succeed(firstGood, Option.none())),
      Effect.fork,
      Effect.map((fiber) => fiber.await.pipe(Effect.flatten, Effect.orDie))
    )
    return { all: probes satisfies Effect.Effect<ReadonlyArray<Probed>>, firstGood: Deferred.await(firstGood) }
  })

const NO_CHAIN = "no endpoint answers"

/** The chain's services at the first good endpoint. Not closed, because closing would delay the exit. */
const connection = (firstGood: Effect.Effect<Option.Option<string>>, network: Network) =>
  Effect.gen(function* () {
    const url = yield* firstGood
    if (Option.isNone(url)) return Option.none<Context.Context<Chain | Subnet>>()
    const scope = yield* Scope.make()
    const services = yield* Layer.buildWithScope(chainLayer({ ...network, endpoint: url.value }), scope)
    return Option.some(services)
  })

/** The chain data that the checks need, read once for all of them. */
const facts = (options: DoctorOptions) =>
  Effect.gen(function* () {
    const [chain, subnet, wallet] = yield* Effect.all([Chain, Subnet, Wallet])
    const head = yield* cachedOutcome(chain.finalisedHead)
    const metagraph = yield* cachedOutcome(Effect.flatMap(head, subnet.metagraph))
    const neuron = yield* cachedOutcome(Effect.zipWith(metagraph, wallet.hotkeyAddress, neuronOf))
    const contract = Option.isSome(options.contract)
      ? Option.some(yield* OnChain.contractAt(options.contract.value, head))
      : Option.none<OnChain.ContractAtHead>()
    const isCounted = (hotkey: AccountAddress) =>
      Option.match(contract, {
        onNone: () => Effect.succeed(false),
        onSome: ({ validators }) =>
          validators.pipe(
            Effect.map((all) => all.validators.some((one) => one.hotkey === hotkey)),
            // The contract check reports a missing or foreign contract.
            Effect.orElseSucceed(() => false)
          )
      })
    /** The hotkey's roles on chain, unless --role is given. */
    const own: Effect.Effect<ReadonlyArray<Role>, Error, Chain> = Effect.gen(function* () {
      const found = yield* neuron
      if (found === undefined) return []
      const role: Role = found.validatorPermit || (yield* isCounted(found.hotkey)) ? "validator" : "miner"
      return [role]
    })
    const given = Option.map(options.role, (role): ReadonlyArray<Role> => [role])
    const roles = yield* cachedOutcome(
      Option.isSome(given) ? Effect.succeed(given.value) : Effect.orElseSucceed(own, (): ReadonlyArray<Role> => [])
    )
    return { head, metagraph, neuron, roles, contract }
  })

const hasIndex = ({ database, role }: DoctorOptions): boolean =>
  Option.match(role, {
    onSome: (given) => given === "dashboard",
    onNone: () => Option.isSome(database.database) || existsSync(join(database.data, "database"))
  })

/** Numbers findings that share a name. */
const numberedName = (name: string, index: number, of: number): string => (of === 1 ? name : `${name} ${index + 1}`)

const NODE = "look at the endpoint above; another node in --endpoint may answer"

type KnownFacts = Effect.Effect.Success<ReturnType<typeof facts>> & { readonly services: Context.Context<Chain | Subnet> }

/** The chain data, read when the first check needs it; none if no endpoint answers. */
const readOnce = (options: DoctorOptions, firstGood: Effect.Effect<Option.Option<string>>) =>
  Effect.gen(function* () {
    const connected = yield* cachedOutcome(connection(firstGood, options.network))
    return yield* cachedOutcome(
      Effect.flatMap(
        connected,
        Option.match({
          onNone: () => Effect.succeedNone,
          onSome: (services) =>
            Effect.map(Effect.provide(facts(options), services), (found): Option.Option<KnownFacts> => Option.some({ ...found, services }))
        })
      )
    )
  })
type KnownOnce = Effect.Effect.Success<ReturnType<typeof readOnce>>

/** Makes checks that need the chain. `roles`: those that a check is for; absent: all. */
const chainChecks = (options: DoctorOptions, known: KnownOnce) => {
  const onChain = <E extends Error, R>(
    name: string,
    hint: string,
    roles: ReadonlyArray<Role>,
    look: (known: KnownFacts) => Effect.Effect<CheckResult, E, R | Chain | Subnet>
  ) =>
    Effect.gen(function* () {
      const concerns = (of: ReadonlyArray<Role>) => roles.length === 0 || roles.some((role) => of.includes(role))
      const given = Option.toArray(options.role)
      if (given.length > 0 && !concerns(given)) return []
      const done = yield* check(
        name,
        hint,
        Effect.gen(function* () {
          const found = yield* known
          if (Option.isNone(found)) return given.length > 0 || roles.length === 0 ? skipped(NO_CHAIN) : undefined
          if (!concerns(yield* Effect.provide(found.value.roles, found.value.services))) return undefined
          return yield* Effect.provide(look(found.value), found.value.services)
        }).pipe(Effect.map((finding) => finding ?? skipped("")))
      )
      return done.filter(({ result, detail }) => result !== "skipped" || detail !== "")
    })
  const atContract =
    <E extends Error, R>(look: (contract: OnChain.ContractAtHead, known: KnownFacts) => Effect.Effect<CheckResult, E, R>) =>
    (found: KnownFacts) =>
      Option.match(found.contract, {
        onNone: () => Effect.succeed(skipped("no contract is given")),
        onSome: (contract) => look(contract, found)
      })
  return { onChain, atContract }
}
type ChainChecks = ReturnType<typeof chainChecks>
type Probes = Effect.Effect.Success<ReturnType<typeof startProbes>>

const endpointChecks = (probes: Probes) => [
  Effect.flatMap(probes.all, (all) =>
    Effect.forEach(all, (one, index) =>
      check(
        numberedName("endpoint", index, all.length),
        "",
        Effect.sync(() => endpointResult(one, all))
      )
    )
  ).pipe(Effect.map((found) => found.flat())),
  check("clock", "timedatectl shows whether NTP works", clockResult(probes.all))
]

const BOX_HINT = "run: gittensor simulate sandbox"
const boxHere = Effect.orDie(Effect.provide(boxResult, Confined.layer("always")))

/** The roster signer: the contract's, if a contract is given. */
const signerLayer = ({ contract }: DoctorOptions) =>
  Option.match(contract, {
    onNone: () => RosterSigner.layerOfOwner,
    onSome: (address) => Layer.provide(RosterSigner.layer, Contract.layer(address))
  })

/** Checks whether the key's neuron can do its work on the subnet. */
const neuronChecks = (options: DoctorOptions, { onChain }: ChainChecks, wallet: typeof Wallet.Service) => {
  const hotkey = wallet.hotkeyAddress
  const here = <R>(name: string, hint: string, look: Effect.Effect<CheckResult, never, R>) =>
    Option.contains(options.role, "validator") ? check(name, hint, look) : onChain(name, hint, ["validator"], () => look)
  const concernsWallet = !Option.contains(options.role, "dashboard")
  return [
    onChain("history", NODE, ["validator", "dashboard"], ({ head }) => Effect.flatMap(head, OnChain.history)),
    ...(concernsWallet ? [check("wallet", "", walletResult(Option.contains(options.role, "owner") ? "coldkey" : "hotkey"))] : []),
    onChain("subnet", NODE, [], ({ metagraph, contract }) => OnChain.subnetResult(options.network.netuid, metagraph, contract)),
    ...(Option.contains(options.role, "owner") || Option.contains(options.role, "dashboard")
      ? []
      : [
          onChain("hotkey", "check --wallet, --hotkey and --wallet-path", [], ({ metagraph }) =>
            Effect.zipWith(metagraph, hotkey, OnChain.hotkeyResult)
          )
        ]),
    onChain("permit", NODE, ["validator"], ({ neuron }) => Effect.map(neuron, OnChain.permitResult)),
    onChain("funds", NODE, ["validator", "miner", "owner"], ({ roles }) =>
      Effect.flatMap(roles, (of) =>
        of.includes("owner")
          ? Effect.flatMap(wallet.coldkeyAddress, (account) => OnChain.fundsResult("coldkey", account, false))
          : Effect.flatMap(hotkey, (account) => OnChain.fundsResult("hotkey", account, of.includes("validator")))
      )
    ),
    onChain("weights", NODE, ["validator"], ({ neuron, head }) =>
      Effect.flatMap(Effect.all([neuron, head]), ([own, at]) => OnChain.weightsResult(own, at))
    ),
    // A missing roster is reported without the chain.
    Option.isNone(options.roster) && Option.contains(options.role, "validator")
      ? check("roster", "", Effect.succeed(noRoster))
      : onChain("roster", NODE, ["validator"], () =>
          Option.match(options.roster, {
            onNone: () => Effect.succeed(noRoster),
            onSome: (source) => Effect.provide(rosterResult(source), signerLayer(options))
          })
        ),
    // Needs no chain.
    here("box", BOX_HINT, boxHere),
    here("health", "", healthResult(options)),
    onChain("axon", NODE, ["validator"], ({ neuron }) => Effect.flatMap(neuron, axonResult)),
    onChain("consensus", NODE, ["validator"], ({ neuron }) =>
      Effect.flatMap(neuron, consensusResult).pipe(Effect.provide(PeerReports.layer))
    )
  ]
}

const contractChecks = (options: DoctorOptions, { atContract, onChain }: ChainChecks, wallet: typeof Wallet.Service) => [
  Option.isNone(options.contract)
    ? check("contract", "", Effect.succeed(OnChain.noContract))
    : onChain(
        "contract",
        NODE,
        [],
        atContract((contract, { metagraph }) => OnChain.contractResult(contract, metagraph))
      ),
  onChain(
    "votes",
    NODE,
    ["validator"],
    atContract((contract) => Effect.flatMap(wallet.hotkeyAddress, (own) => OnChain.votesResult(contract, own)))
  ),
  onChain(
    "owner",
    NODE,
    ["owner"],
    atContract((contract) => Effect.flatMap(wallet.coldkeyAddress, (own) => OnChain.ownerResult(contract, own)))
  ),
  onChain(
    "payout",
    NODE,
    ["miner"],
    atContract((contract) => Effect.flatMap(wallet.coldkeyAddress, (own) => OnChain.payableResult(contract, own)))
  ),
  onChain(
    "validators",
    NODE,
    ["miner"],
    atContract((contract, { metagraph }) => Effect.flatMap(metagraph, (graph) => validatorsResult(contract, graph)))
  )
]

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error("the settings of GitHub can't be read"))

const gitHubChecks = (options: DoctorOptions, { onChain }: ChainChecks, wallet: typeof Wallet.Service) => [
  onChain("link", "run the doctor again later", ["miner"], ({ head }) =>
    Effect.flatMap(Effect.all([wallet.hotkeyAddress, head]), ([own, block]) => linkResult(own, block)).pipe(
      Effect.provide(GitHubAccounts.layer.pipe(Layer.provide(GitHub.layer))),
      Effect.mapError(toError)
    )
  ),
  Effect.flatMap(gitHubFindings, (findings) =>
    Effect.forEach(findings, (finding, index) => check(numberedName("github", index, findings.length), "", Effect.succeed(finding)))
  ).pipe(Effect.map((found) => found.flat())),
  ...Option.match(options.roster, {
    onNone: () => [],
    onSome: (source) => [
      onChain("owners", "run the doctor again later", ["validator"], () =>
        Effect.mapError(Effect.flatMap(Effect.provide(repositoriesOf(source), signerLayer(options)), ownersResult), toError)
      )
    ]
  })
]

/** Checks the files that a validator or dashboard keeps on this machine. */
const keeperChecks = (options: DoctorOptions, known: KnownOnce, wallet: typeof Wallet.Service) => {
  const finalised = known.pipe(
    Effect.flatMap((found) => (Option.isNone(found) ? Effect.succeedNone : Effect.asSome(found.value.head))),
    Effect.map(Option.map(({ number }) => number)),
    Effect.orElseSucceed(() => Option.none<number>()),
    Effect.provideService(Wallet, wallet)
  )
  const concernsKeeper = Option.match(options.role, {
    onNone: () => true,
    onSome: (role) => role === "validator" || role === "dashboard"
  })
  return [
    ...(concernsKeeper ? [check("disk", "", diskResult(options.database.data))] : []),
    ...(hasIndex(options)
      ? [
          check(
            "database",
            "docs/reference/dashboard.md explains this error",
            Effect.flatMap(
              Effect.promise(() => import("./database.ts")),
              ({ databaseResult }) => databaseResult(options.database, finalised)
            )
          )
        ]
      : [])
  ]
}

/** All checks; `withRootCauses` and the output keep this order. */
const checksOf = (options: DoctorOptions) =>
  Effect.gen(function* () {
    const urls = options.network.endpoint.split(",").map((url) => url.trim())
    const probes = yield* startProbes(urls)
    const known = yield* readOnce(options, probes.firstGood)
    const wallet = yield* Wallet
    const chain = chainChecks(options, known)
    const checks = [
      ...endpointChecks(probes),
      ...neuronChecks(options, chain, wallet),
      ...contractChecks(options, chain, wallet),
      ...gitHubChecks(options, chain, wallet),
      ...keeperChecks(options, known, wallet)
    ]
    return (yield* Effect.all(checks, { concurrency: "unbounded" })).flat()
  })

export const run = (options: DoctorOptions) =>
  Effect.gen(function* () {
    const { result, machine } = yield* measuringMachine(checksOf(options))
    yield* report(withRootCauses(result, { machine, limit: options.limit }), options.json)
  }).pipe(Effect.provide(walletLayer(options.key)), Effect.provideService(TimeLimit, options.limit))
