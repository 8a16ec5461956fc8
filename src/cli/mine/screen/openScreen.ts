/** Opens the full screen; without a terminal, lists the issues and the commands to use instead. */
import { Console, Effect, FiberRef, HashSet, Layer } from "effect"
import * as Dendrite from "../../../layers/chain/axon/Dendrite.ts"
import * as PeerQuality from "../../../layers/chain/axon/PeerQuality.ts"
import { Wallet } from "../../../layers/chain/wallet/Wallet.ts"
import * as GitHubAccounts from "../../../layers/github/accounts/GitHubAccounts.ts"
import * as GitHubDisplay from "../../../layers/github/display/GitHubDisplay.ts"
import * as GitHub from "../../../layers/github/GitHub.ts"
import * as Screen from "../../../layers/machine/terminal/screen/Screen.ts"
import { inHome } from "../../../layers/storage/dataFolder/dataFolder.ts"
import { runsUntilStopped } from "../../program/untilStopped.ts"
import { type ContractOptions, contractLayer } from "../../shared/chainServices.ts"
import { walletLayer } from "../../shared/keys.ts"
import type { KeyOptions } from "../../shared/options.ts"
import * as Issues from "../issues.ts"
import * as MinerScreen from "./MinerScreen.ts"
import { memoryIn, noMemory } from "./memory.ts"
import { hotkeyOf } from "./model.ts"

export interface ScreenOptions extends ContractOptions {
  readonly key: KeyOptions
  readonly json: boolean
}

const GO_ON = [
  "",
  "gittensor mine enroll ISSUE   enrol for one of them, by its id",
  "gittensor mine skip ISSUE     say that you are there and pass on it",
  "gittensor mine status         your rating, enrolments and matches, and what to do next",
  "On a terminal, gittensor mine shows all this on one screen."
]

const printPlainText = (options: ScreenOptions) =>
  Effect.zipRight(
    Issues.run({ ...options, all: false }),
    options.json ? Effect.void : Effect.forEach(GO_ON, (line) => Console.log(line), { discard: true })
  )

/** Without a key the screen is read-only, and shows why. The password is requested before the screen opens. */
const person = Effect.gen(function* () {
  const wallet = yield* Wallet
  const hotkey = yield* wallet.hotkeyAddress
  return yield* wallet.hotkey.pipe(
    Effect.map((key): MinerScreen.Person => ({ _tag: "Key", hotkey: key })),
    Effect.catchAll((error) => Effect.succeed<MinerScreen.Person>({ _tag: "Address", hotkey, why: error.message }))
  )
}).pipe(Effect.catchTag("KeyfileMissing", ({ message }) => Effect.succeed<MinerScreen.Person>({ _tag: "Nobody", why: message })))

/** Turns logs off if they would appear on the screen. */
const withoutLogs = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  process.stderr.isTTY ? Effect.locally(effect, FiberRef.currentLoggers, HashSet.empty()) : effect

const openFullScreen = (options: ScreenOptions) =>
  Effect.gen(function* () {
    yield* runsUntilStopped
    const who = yield* person
    const sources = GitHubAccounts.layer.pipe(
      Layer.provideMerge(Layer.mergeAll(contractLayer(options), GitHub.layer, GitHubDisplay.openLayer, Dendrite.layer, PeerQuality.layer))
    )
    const { network, contract } = options
    const { endpoint, netuid } = network
    const memory = yield* inHome("the last screen", "HOME", "screens").pipe(
      Effect.map((folder) => memoryIn(folder, { ...network, contract, hotkey: hotkeyOf(MinerScreen.viewerOf(who)) })),
      Effect.orElseSucceed(() => noMemory)
    )
    yield* MinerScreen.run({ endpoint: endpoint.split(",").length > 1 ? "the chain" : endpoint, netuid }, who, memory, sources).pipe(
      Effect.provide(Screen.layer),
      withoutLogs
    )
  }).pipe(Effect.provide(walletLayer(options.key)))

export const run = (options: ScreenOptions) => (Screen.isPossible() && !options.json ? openFullScreen(options) : printPlainText(options))
