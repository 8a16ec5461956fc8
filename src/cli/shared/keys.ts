/** The wallet selected by `--wallet`, `--hotkey`, `--wallet-path` or `--uri`, and the confirmation before sending. */
import * as Prompt from "@effect/cli/Prompt"
import { Effect, Layer, Option, type Redacted } from "effect"
import type { AccountAddress } from "../../domain/Account.ts"
import { InvalidInput, OperationFailed } from "../../domain/failures.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import * as Wallet from "../../layers/chain/wallet/Wallet.ts"
import { withoutCores } from "../../layers/machine/process/withoutCores.ts"
import { printable } from "../../layers/machine/terminal/output.ts"
import type { KeyOptions } from "./options.ts"

const askPassword = (question: string): Effect.Effect<Redacted.Redacted<string>, unknown, Prompt.Prompt.Environment> =>
  process.stdin.isTTY
    ? Prompt.password({ message: question }).pipe(Prompt.run)
    : Effect.fail(new OperationFailed({ message: "a password is needed, but standard input is not a terminal" }))

const chosenWallet = (options: KeyOptions) =>
  Option.match(options.uri, {
    onSome: (uri) => Wallet.layerUri(uri),
    onNone: () =>
      Layer.unwrapEffect(
        Effect.gen(function* () {
          const terminal = yield* Effect.context<Prompt.Prompt.Environment>()
          return Wallet.layerFiles({
            name: options.wallet,
            hotkey: options.hotkey,
            ...Option.match(options.walletPath, { onNone: () => ({}), onSome: (folder) => ({ folder }) }),
            askPassword: (question) => Effect.provide(askPassword(question), terminal)
          })
        })
      )
  })

/** The wallet. From its first use on, this process leaves no core file. */
export const walletLayer = (options: KeyOptions) => Layer.merge(chosenWallet(options), Layer.effectDiscard(withoutCores))

export type SignerRole = "hotkey" | "coldkey"

/** The given hotkey, or else the wallet's. Reads only its public file. */
export const hotkeyGiven = (given: Option.Option<AccountAddress>, key: KeyOptions) =>
  Option.match(given, {
    onSome: Effect.succeed,
    onNone: () => Effect.flatMap(Wallet.Wallet, (wallet) => wallet.hotkeyAddress).pipe(Effect.provide(walletLayer(key)))
  })

/** Unlocks the key first, so that a wrong password or a missing wallet is reported before any request to the chain. */
export const withKey = <A, E, R>(which: SignerRole, options: KeyOptions, use: (key: KeyPair) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(Wallet.Wallet, (wallet) => wallet[which]).pipe(Effect.provide(walletLayer(options)), Effect.flatMap(use))

/** The signing account; its key is unlocked only when needed. */
export interface Signer {
  readonly address: AccountAddress
  readonly key: Effect.Effect<KeyPair, Wallet.WalletError>
}

/** Like `withKey`, but with `--dry-run` reads only the public file and asks for no password. */
export const withSigner = <A, E, R>(
  which: SignerRole,
  options: { readonly key: KeyOptions; readonly dryRun: boolean },
  use: (signer: Signer) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    const wallet = yield* Wallet.Wallet
    const address = options.dryRun
      ? yield* which === "hotkey" ? wallet.hotkeyAddress : wallet.coldkeyAddress
      : (yield* wallet[which]).address
    return { address, key: wallet[which] }
  }).pipe(Effect.provide(walletLayer(options.key)), Effect.flatMap(use))

/** Asks for confirmation unless `--yes` is given; fails without a terminal. */
export const confirm = (question: string, yes: boolean) =>
  yes
    ? Effect.void
    : process.stdin.isTTY
      ? Prompt.confirm({ message: printable(question), initial: false }).pipe(
          Prompt.run,
          Effect.filterOrFail(
            (answer) => answer,
            () => new OperationFailed({ message: "nothing was sent" })
          ),
          Effect.asVoid
        )
      : new InvalidInput({ message: `${question} Standard input is not a terminal: confirm with --yes` })
